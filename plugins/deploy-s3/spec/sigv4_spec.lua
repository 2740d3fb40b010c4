local sigv4 = require("plugins.deploy-s3.sigv4")

-- The examples of Amazon's own description of the signature.
local signer = sigv4.signer("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "us-east-1")

describe("signatures of a bucket", function()
  it("a request for an object is signed as the example says", function()
    local value = sigv4.authorization(signer, {
      method = "GET", path = "/test.txt",
      headers = {
        host = "examplebucket.s3.amazonaws.com", Range = "bytes=0-9", ["x-amz-date"] = "20130524T000000Z",
        ["x-amz-content-sha256"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
      },
    })
    expect(value):to_be("AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
      .. "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
  end)
  it("a request that puts an object, with a name that is encoded, is signed as the example says", function()
    local value = sigv4.authorization(signer, {
      method = "PUT", path = sigv4.encode_path("/test$file.text"),
      headers = {
        host = "examplebucket.s3.amazonaws.com", Date = "Fri, 24 May 2013 00:00:00 GMT", ["x-amz-date"] = "20130524T000000Z",
        ["x-amz-storage-class"] = "REDUCED_REDUNDANCY", ["x-amz-content-sha256"] = "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
      },
    })
    expect(value:match("Signature=(%x+)$")):to_be("98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd")
  end)
end)
