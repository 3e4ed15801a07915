-- core.masking, with memory that runs out.
return {
   { "masking.known", function(given)
      local known = given.core.masking.known { "s3cr3t-value", "another-one", 12 }
      assert(known:hide "a s3cr3t%2Dvalue b" == "a *** b")
   end },
   { "masking.likely", function(given)
      local text, found = given.core.masking.likely "password=s3cr3t and token: 0123"
      assert(text == "password=*** and token: ***" and found[1] == "s3cr3t" and found[2] == "0123")
   end },
   { "masking.is_credential", function(given)
      assert(given.core.masking.is_credential "X-Api-Key" and not given.core.masking.is_credential "city")
   end },
}
