-- The times that answers state: when to come again, dates in each form.
local dates = require "personalize.http.dates"

describe("dates.retry_after", function()
   local function of(value, date) return dates.retry_after { ["retry-after"] = value, date = date } end

   it("reads seconds", function()
      assert.equal(0, of "0")
      assert.equal(120, of "120")
      assert.equal(7, of "007")
      assert.equal(2 ^ 31, of(("9"):rep(400)))
   end)

   it("reads a date by the server's own clock", function()
      assert.equal(30, of("Sun, 06 Nov 1994 08:50:07 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"))
      assert.equal(0, of("Sun, 06 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:50:07 GMT"))
      assert.equal(0, of "Sun, 06 Nov 1994 08:49:37 GMT")
      assert.equal(2 ^ 31, of("Fri, 31 Dec 9999 23:59:59 GMT", "Sun, 06 Nov 1994 08:49:37 GMT"))
      local locale = os.setlocale(nil, "time")
      os.setlocale("C", "time")
      local ahead = os.date("!%a, %d %b %Y %H:%M:%S GMT", os.time() + 100)
      os.setlocale(locale, "time")
      assert.is_true(math.abs(of(ahead) - 100) <= 2)
   end)

   it("reads a date in each of its three forms", function()
      local now = "Sun, 06 Nov 1994 08:49:37 GMT"
      for _, at in ipairs { "Sun, 06 Nov 1994 08:50:07 GMT", "Sunday, 06-Nov-94 08:50:07 GMT",
         "Sun Nov  6 08:50:07 1994" } do
         assert.equal(30, of(at, now), at)
         assert.equal(0, of(now, at), at)
      end
      assert.equal(30, of("Wed Nov 16 08:50:07 1994", "Wednesday, 16-Nov-94 08:49:37 GMT"))
   end)

   it("takes the longest of several", function()
      local now = "Sun, 06 Nov 1994 08:49:37 GMT"
      assert.equal(10, of "5, 10")
      assert.equal(10, of "10,5")
      assert.equal(5, of "5, soon")
      assert.equal(30, of("5, Sun, 06 Nov 1994 08:50:07 GMT", now))
      assert.equal(40, of("Sun, 06 Nov 1994 08:50:07 GMT, 40", now))
      assert.equal(60, of("Sun Nov  6 08:50:07 1994, Sunday, 06-Nov-94 08:50:37 GMT, 1", now))
   end)

   it("passes over what makes no sense", function()
      for _, text in ipairs { "", "-5", "1.5", "soon", "5 seconds", "1e3", "0x10", "Sun, 06 Foo 1994 08:49:37 GMT",
         "1994-11-06T08:49:37Z", "inf", "nan", ",", "soon, later", "Sun, 40 Nov 1994 08:49:37 GMT",
         "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:49:37 CET" } do
         assert.is_nil(of(text), text)
      end
      assert.is_nil(dates.retry_after {})
   end)
end)

describe("the dates of answers", function()
   it("are seconds since 1970", function()
      assert.equal(784111777, dates.http "Sun, 06 Nov 1994 08:49:37 GMT")
      assert.equal(0, dates.http "Thu, 01 Jan 1970 00:00:00 GMT")
      assert.equal(951782400, dates.http "Tue, 29 Feb 2000 00:00:00 GMT")
      assert.equal(784111777, dates.http "Sunday, 06-Nov-94 08:49:37 GMT")
      assert.equal(784111777, dates.http "Sun Nov  6 08:49:37 1994")
      local year = tonumber(os.date "!%Y")
      local soon = ("Friday, 01-Jan-%02d 00:00:00 GMT"):format((year + 40) % 100)
      local past = ("Friday, 01-Jan-%02d 00:00:00 GMT"):format((year + 60) % 100)
      assert.equal(dates.http(("Fri, 01 Jan %d 00:00:00 GMT"):format(year + 40)), dates.http(soon))
      assert.equal(dates.http(("Fri, 01 Jan %d 00:00:00 GMT"):format(year - 40)), dates.http(past))
      assert.equal(1751465098.347, dates.iso "2025-07-02T14:04:58.347Z")
      assert.equal(1751465098, dates.iso "2025-07-02T14:04:58Z")
      for _, text in ipairs { "", "2025-07-02", "2025-07-02T14:04:58+02:00", "x2025-07-02T14:04:58Z",
         "2025-00-02T14:04:58Z", "2025-13-02T14:04:58Z", "2025-07-00T14:04:58Z", "2025-07-32T14:04:58Z" } do
         assert.is_nil(dates.iso(text))
      end
   end)
end)
