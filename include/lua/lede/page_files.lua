---@meta lede.page_files

--- Which files the templates of pages are made of; lede.page uses it, in page VMs.
---@class lede.page_files
local page_files = {}

--- Files that are read from now on are those of one template.
function page_files.watch() end

---@return integer number of the list of files that were read since watch()
function page_files.watched() end

--- What is printed now relies on those files.
---@param number integer
function page_files.used(number) end

return page_files
