--- lede: the modules by name, each loaded when first used: lede.json, lede.store, lede.edition, ...

return setmetatable({ version = "0.1.0" }, {
  __index = function(lede, name)
    local ok, module = pcall(require, "lede." .. name)
    if not ok then error(("lede has no module '%s' here: %s"):format(name, tostring(module)), 2) end
    rawset(lede, name, module)
    return module
  end,
})
