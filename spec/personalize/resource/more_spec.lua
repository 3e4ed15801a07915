-- The marks of further pages: which count, which do not, and which query follows from a link.
local json = require "personalize.json"
local more = require "personalize.resource.more"

describe("marks of more", function()
   local function marks(text, headers, status) return more.marks(json.decode(text), headers, status) end

   it("are totals, numbers of pages and limits, from numbers and texts", function()
      for _, name in ipairs { "total", "totalCount", "total_items", "TotalElements", "totalResults", "total-records",
         "totalSize" } do
         assert.same({ total = 12 }, marks(('{"%s":12}'):format(name)), name)
      end
      for _, name in ipairs { "totalPages", "page_count", "pages", "numberOfPages" } do
         assert.same({ pages = 3 }, marks(('{"%s":"3"}'):format(name)), name)
      end
      for _, name in ipairs { "limit", "pageSize", "per_page" } do
         assert.same({ limit = 0 }, marks(('{"%s":0}'):format(name)), name)
      end
      assert.same({ total = 2 ^ 53 }, marks('{"total":9007199254740992}'))
      for _, value in ipairs { "9007199254740994", "-1", "1.5", '"x"', "true", "null", "[]", "1e400" } do
         assert.same({}, marks(('{"total":%s,"pages":%s,"limit":%s}'):format(value, value, value)), value)
      end
   end)

   it("are totals of other names at the top when nothing else states one", function()
      assert.same({ total = 5 }, marks '{"count":5}')
      assert.same({ total = 5 }, marks '{"size":"5"}')
      assert.same({ total = 5 }, marks '{"count":5,"size":6}')
      assert.same({ total = 7 }, marks('{"count":5,"total":7}', { ["x-total-count"] = "9" }))
      assert.same({ total = 5 }, marks('{"count":5}', { ["x-total-count"] = "9" }))
      assert.same({ total = 9 }, marks("{}", { ["x-total-count"] = "9" }))
      assert.same({}, marks("{}", { ["x-total-count"] = "" }))
      assert.same({}, marks '{"page":{"count":5}}')
   end)

   it("are totals of further names, and totals and numbers of pages of further forms", function()
      assert.same({ total = 5 }, marks '{"@odata.count":5}')
      assert.same({ total = 5 }, marks '{"recordsTotal":5,"draw":1}')
      assert.same({ total = 5 }, marks '{"meta":{"total":{"value":"5","relation":"gte"}}}')
      assert.same({}, marks '{"total":{"amount":5}}')
      for _, text in ipairs { '{"current_page":1,"last_page":3}', '{"meta":{"lastPage":"3","currentPage":2}}' } do
         assert.same({ pages = 3 }, marks(text), text)
      end
      assert.same({}, marks '{"last_page":3}')
      assert.same({}, marks '{"current_page":1,"meta":{"last_page":3}}')
      assert.same({ flag = true }, marks '{"last_page":false,"current_page":1}')
   end)

   it("are totals, numbers of pages and flags in the headers", function()
      assert.same({ total = 9 }, marks("{}", { ["x-total"] = "9" }))
      assert.same({ total = 8 }, marks("{}", { ["x-total"] = "9", ["x-total-count"] = "8" }))
      assert.same({ pages = 2 }, marks("{}", { ["x-total-pages"] = "2" }))
      assert.same({ flag = true }, marks("{}", { ["x-has-more"] = "true" }))
      assert.same({ flag = false }, marks("{}", { ["x-has-more"] = "false" }))
      assert.same({ flag = false }, marks('{"hasMore":false}', { ["x-has-more"] = "true" }))
      assert.same({}, marks("{}", { ["x-has-more"] = "perhaps", ["x-total"] = "many" }))
      for _, range in ipairs { "items 0-6/30", "0-6/30", " Items 0-6/30 " } do
         assert.same({ total = 30 }, marks("{}", { ["content-range"] = range }), range)
         assert.same({ total = 30 }, marks("{}", { ["content-range"] = range }, 206), range)
      end
      for _, range in ipairs { "bytes 0-6/30", "Bytes 0-6/*", "items", "items 0-6", "items 0-6/x", "" } do
         assert.same({}, marks("{}", { ["content-range"] = range }), range)
      end
   end)

   it("may be doubts alone: nothing states more, and it is likely", function()
      assert.same({ is_doubtful = true }, marks("{}", {}, 206))
      assert.same({ is_doubtful = true }, marks("{}", { ["content-range"] = "items 0-6/*" }))
      assert.same({ is_doubtful = true }, marks '{"paging":{"cursors":{"before":"a","after":"b"}}}')
      assert.same({}, marks '{"paging":{"cursors":{"before":"a"}},"cursors":5}')
      assert.same({}, marks("{}", {}, 200))
      -- with items: of a size that is more than those, it may be that of pages
      assert.same({ size = 3 }, marks '{"items":[{},{}],"size":3}')
      assert.same({ total = 2 }, marks '{"items":[{},{}],"size":2}')
      assert.same({ total = 2 }, marks '{"items":[{},{}],"size":3,"total":2}')
      assert.same({ total = 2 }, marks('{"items":[{},{}],"size":3}', { ["x-total"] = "2" }))
   end)

   it("are flags that there is more, or that this is the last", function()
      for _, name in ipairs { "more", "hasMore", "has_next", "hasNextPage", "hasMoreItems", "hasMoreResults",
         "hasMorePages", "moreAvailable", "moreResults", "moreItems", "truncated", "isTruncated" } do
         for text, flag in pairs { ["true"] = true, ['"true"'] = true, ["1"] = true, ["false"] = false,
            ['"false"'] = false, ["0"] = false } do
            assert.same({ flag = flag }, marks(('{"%s":%s}'):format(name, text)), name)
         end
         assert.same({}, marks(('{"%s":"maybe"}'):format(name)))
      end
      for _, name in ipairs { "last", "isLast", "lastPage", "is_last_page" } do
         assert.same({ flag = false }, marks(('{"%s":true}'):format(name)))
         assert.same({ flag = true }, marks(('{"%s":false}'):format(name)))
         assert.same({}, marks(('{"%s":"https://a.example/?page=9"}'):format(name)))
      end
      -- one that says that there is more counts, in any order
      assert.same({ flag = true }, marks '{"hasMore":true,"last":true}')
      assert.same({ flag = true }, marks '{"hasMore":false,"last":false}')
   end)

   it("are links to the next page", function()
      for _, name in ipairs { "next", "nextPage", "@odata.nextLink", "next_url", "nextHref", "nextPageUrl",
         "nextPageLink", "nextPageToken", "nextToken", "nextCursor", "nextOffset", "nextStart", "nextMarker", "nextKey",
         "continuationToken" } do
         assert.same({ next = "?o=1" }, marks(('{"%s":"?o=1"}'):format(name)), name)
      end
      for text, link in pairs { ['{"href":"?a"}'] = "?a", ['{"url":"?b"}'] = "?b", ['{"x":1}'] = true, ["5"] = true,
         ["true"] = true, ["1e400"] = true } do
         assert.same({ next = link }, marks(('{"next":%s}'):format(text)), text)
      end
      for _, text in ipairs { "null", '""', "false", "0", "{}", "[]" } do
         assert.same({}, marks(('{"next":%s}'):format(text)), text)
      end
      -- a URL counts before a mark that is none, in any order
      assert.same({ next = "?o=1" }, marks '{"next":5,"nextPage":"?o=1","nextCursor":6}')
      assert.same({ next = "?o=1" }, more.marks { next = "?o=1", nextCursor = json.null, nextKey = 5 })
   end)

   it("are read in the objects that usually hold them, three deep", function()
      for _, name in ipairs { "page", "paging", "pagination", "pageInfo", "meta", "metadata", "_links" } do
         assert.same({ total = 5 }, marks(('{"%s":{"total":5}}'):format(name)), name)
      end
      assert.same({ total = 5 }, marks '{"meta":{"page":{"total":5}}}')
      assert.same({}, marks '{"meta":{"page":{"meta":{"total":5}}}}')
      assert.same({}, marks '{"other":{"total":5},"meta":null,"page":2}')
   end)

   it("are links in an array with their relation", function()
      assert.same({ next = "?o=1" },
         marks '{"links":[{"rel":"self","href":"?s"},{"rel":"next","href":"?o=1"},{"rel":"next","href":"?o=2"}]}')
      assert.same({ next = true }, marks '{"links":[{"rel":"next"}]}')
      assert.same({}, marks '{"links":[{"rel":"prev","href":"?o=1"},5]}')
      assert.same({ next = "?a" }, marks '{"links":[{"rel":"next"}],"next":"?a"}')
   end)

   it("are links in the headers", function()
      local function of_link(text) return marks("{}", { link = text }).next end
      assert.equal("?o=1", of_link '<?s>; rel="self", <?o=1>; rel="next"')
      assert.equal("?o=1", of_link '<?o=1>;title="x"; REL = "prev Next"')
      assert.equal("?o=1", of_link "<?o=1>; rel=next")
      assert.is_nil(of_link '<?o=1>; rel="nextish"')
      assert.is_nil(of_link '<?o=1>; title="next"')
      assert.is_nil(of_link "")
      assert.same({ next = "3" }, marks("{}", { ["x-next-page"] = "3" }))
      assert.same({}, marks("{}", { ["x-next-page"] = "" }))
      assert.same({ next = "?o=1" }, marks("{}", { ["x-next-page"] = "3", link = '<?o=1>; rel="next"' }))
      assert.same({ next = "?o=1" }, marks('{"next":5}', { link = '<?o=1>; rel="next"' }))
      assert.same({ next = true }, marks('{"next":5}', { ["x-next-page"] = "3" }))
      assert.same({ next = "?a" }, marks('{"next":"?a"}', { link = '<?o=1>; rel="next"' }))
   end)

   it("state more when one of them does", function()
      assert.is_false(more.is_stated({}, 10, 1))
      assert.is_true(more.is_stated({ flag = true }, 10, 1))
      assert.is_false(more.is_stated({ flag = false }, 10, 1))
      assert.is_true(more.is_stated({ next = true }, 10, 1))
      assert.is_true(more.is_stated({ total = 11 }, 10, 1))
      assert.is_false(more.is_stated({ total = 10 }, 10, 1))
      assert.is_true(more.is_stated({ pages = 2 }, 10, 1))
      assert.is_false(more.is_stated({ pages = 1 }, 0, 1))
   end)

   it("give a query only by a URL of the same list", function()
      for url, query in pairs { ["?a=1"] = "a=1", ["connections?a=1#x"] = "a=1",
         ["/v2/connections?a=1&b=%20"] = "a=1&b=%20", ["https://other.example/v2/connections?a=?"] = "a=?" } do
         assert.equal(query, more.query(url, "/v2/connections"), url)
      end
      for _, url in ipairs { "/v2/connections", "other?a=1", "/v3/connections?a=1", "?a=1 2", "?a=\n", "?", true, 5 } do
         assert.is_nil(more.query(url, "/v2/connections"))
      end
   end)
end)
