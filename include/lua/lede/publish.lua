---@meta lede.publish.stages

--- The stages of a publication; lede.publish.run has their order.
---@class lede.Publication: userdata
local Publication = {}

--- Brings the store up to content/.
---@param paths? string[] only these files below content/, where that is enough; the report says (complete)
---@return table|nil report, lede.Error|nil
function Publication:sync(paths) end
--- Brings the edition up to the store.
---@param data? string JSON of edition.data
---@return table|nil report, lede.Error|nil
function Publication:prepare(data) end
--- Brings the lists of related articles up to the edition.
---@param plugins? string a text that differs when what answers related.fields does; nothing when nobody does
---@return { engine: "text"|"section", analysed?: integer, lists?: integer, epoch?: boolean, kept?: integer }|nil report, lede.Error|nil
function Publication:relate(plugins) end
--- Counts anew how rare words are and chooses every list anew, at the next relate.
---@return true|nil, lede.Error|nil
function Publication:forget_related() end
--- The list of an article (id, URL, source file or name in an import) with what brought each into it, and copies that were left
--- out. Numbers are parts of 1; share is of the cosine.
---@param ref string
---@param most? integer 64
---@return { id: string, title: string, url: string, date: integer, items: table[], dropped: table[] }|nil, lede.Error|nil
function Publication:related(ref, most) end
--- Every list: article, rank, neighbour and score, parted by tabs, a line each.
---@param k? integer at most so many of each article
---@return string|nil, lede.Error|nil
function Publication:related_tsv(k) end
--- Near copies: two articles, the earlier one first, how much of it is in the other and the other way round, parted by tabs.
---@param containment? number above 0; the site's related.copies
---@return string|nil, lede.Error|nil
function Publication:copies_tsv(containment) end
---@param id string
---@return boolean whether the edition has that article
function Publication:shows(id) end
--- Lists by other settings than the site's, for measuring.
---@return lede.Trials|nil, lede.Error|nil
function Publication:trials() end
--- Makes every page below the standby tree.
---@return table|nil report, lede.Error|nil
function Publication:render() end
--- Of one that was opened with `look`: what would be made. Then copy says what would be copied, and look_end the rest.
---@return { rendered: integer, whole?: string, failed: table[] }|nil, lede.Error|nil
function Publication:look() end
--- What would be made, copied, removed and redirected: lede.publish.plan has the form.
---@return { changes: lede.Change[], redirects: table[] }|nil, lede.Error|nil
function Publication:look_end() end
--- The next instant after that one at which the edition changes by itself, and the articles that do it.
---@param after integer
---@return lede.Coming|nil, lede.Error|nil
function Publication:ahead(after) end
--- What render and copy did and why: fields of a JSON object, kind, whole, changes, untold.
---@return string|nil, lede.Error|nil
function Publication:story() end
--- Articles of the store that the edition does not show, and why. Walks the whole store.
---@return { path: string, reason: string, at?: integer }[]|nil, lede.Error|nil
function Publication:withheld() end
--- Pieces that readers have seen and may not see now, among what changed after that seq or by itself after that time; among all
--- when nothing is said. seen: ids of those that were looked at, when they were not all.
---@param seq? integer
---@param time? integer
---@return { seq: integer, time: integer, store: string, drafts: boolean, pieces: table[], seen: string[] }|nil, lede.Error|nil
function Publication:withdrawn(seq, time) end
--- Copies a folder, or one file to a path of the site.
---@param from string
---@param path? string
---@return integer|nil count, lede.Error|nil
function Publication:copy(from, path) end
--- The folder of the site ("news/2024/05/piece/") in which the article of a file below content/ stands; nil when the
--- edition does not show it.
---@param source string
---@return string|nil folder, lede.Error|nil
function Publication:folder(source) end
--- Exchanges the trees. sealed is called when the new one is whole and differs from the live one, before it takes its place; when it
--- gives nothing, or raises, nothing is published.
---@param sealed? fun(of: lede.Sealed): true|nil, any
---@return table|nil report, lede.Error|nil
function Publication:release(sealed) end
---@return integer cpu_us, integer peak_bytes, integer replaced of all processes
function Publication:usage() end

---@class lede.Sealed
---@field stamp integer   of the new tree
---@field before integer  of the live one; 0: there is none
---@field tree string     folder of the new one
---@field changes { path: string, what: "new"|"changed"|"gone", size?: integer, sha256?: string }[]

---@class lede.Trials: userdata
local Trials = {}

--- The first five related articles of each article asked for.
---@param settings { bigrams?: number, tags?: number, recency?: number } what is left out is the default's
---@param ids string[]
---@return string[][]|nil, lede.Error|nil
function Trials:lists(settings, ids) end

---@class lede.publish.stages
local stages = {}

---@param options table root, config (JSON), store, edition, dest; jobs, at, drafts, sync_disk, progress, plugin_dir, history,
---  verify; look: a folder that is made and removed: nothing is published, and what the store is told is forgotten
---@return lede.Publication|nil, lede.Error|nil
function stages.open(options) end

--- edition.data of the edition in a folder as JSON, "{}" when there is none; or what it has under a key, nil when it has nothing.
---@param folder string
---@param key? string
---@return string|nil
function stages.edition_data(folder, key) end

--- The stamp of the site that is live there.
---@param dest string
---@return integer|nil stamp, lede.Error|nil err
function stages.stamp(dest) end

--- What the file of the live site at that address was made of, by its records.
---@param dest string where the site is live
---@param var string folder of the store
---@param url string
---@return lede.Reading|nil, lede.Error|nil
function stages.reads(dest, var, url) end

--- A clock for measuring, in microseconds.
---@return integer
function stages.now_us() end

return stages
