---@meta lede.http

--- An HTTP client for tasks on the desk: HTTP/1.1 and 2, TLS, compression, redirects. Only addresses of the public internet
--- are reached, whatever names and redirects say, unless `private` is set; proxies of the environment are not used.
---@class lede.http
local http = {}

---@class lede.http.Options
---@field headers? table<string, string>
---@field timeout? number          seconds for the whole, 30; 0 = none
---@field connect_timeout? number  seconds, 5
---@field redirects? integer       followed at most, 5
---@field max_bytes? integer       of the body, decoded: 10 MiB; more is a refusal
---@field private? boolean         addresses of this machine and of private networks are allowed
---@field ca? string               a file of certificates to trust in place of the system's
---@field user? string             "NAME:PASSWORD"
---@field sigv4? string            "aws:amz:REGION:s3" signs with user
---@field retries? integer         of what can be repeated (not POST) after no connection, a timeout, 429, 502, 503, 504: 2
---@field backoff? number          seconds before the first repeat, doubled each time: 0.5; Retry-After goes before it
---@field since? lede.http.Response|{ etag?: string, last_modified?: string } asks for what changed since
---@field to? string|fun(bytes: string) where the body of a good answer goes: a file, whole or not at all, or a function
---@field method? string
---@field body? string

---@class lede.http.Response
---@field status integer
---@field ok boolean            200 to 299
---@field not_modified boolean  304: nothing changed `since`
---@field url string            after redirects
---@field version "1.0"|"1.1"|"2"
---@field headers table<string, string> by names in lower case
---@field body? string
---@field etag? string
---@field last_modified? string
---@field retry_after? integer  seconds
local Response = {}

--- Of http.open: the next bytes of the body, nil at its end.
---@return string|nil bytes, lede.Error|nil err
function Response:read() end

--- Ends it; `<close>` does.
function Response:close() end

---@class lede.http.ClientOptions: lede.http.Options
---@field per_host? integer  requests to a host at once: 6
---@field pause? number      seconds between the beginnings of two requests to a host: 0

--- Has every function below as a method, with its options as defaults and a count of its own for each host.
---@class lede.http.Client
local Client = {}

---@param options? lede.http.ClientOptions
---@return lede.http.Client
function http.client(options) end

--- Makes a request. A status that is not good is no refusal: look at it.
---@param options lede.http.Options with url
---@return lede.http.Response|nil response, lede.Error|nil err
function http.request(options) end

---@param url string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.get(url, options) end

---@param url string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.head(url, options) end

---@param url string
---@param body string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.post(url, body, options) end

---@param url string
---@param body string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.put(url, body, options) end

---@param url string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.delete(url, options) end

--- Gives the response as soon as its head is there, to read the body as it comes. Not repeated, not counted by host.
---@param url string
---@param options? lede.http.Options
---@return lede.http.Response|nil response, lede.Error|nil err
function http.open(url, options) end

return http
