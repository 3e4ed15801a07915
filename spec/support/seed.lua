-- The seed of random inputs, the same in every run: a failure can be had again. PERSONALIZE_SPEC_SEED tries others.
return tonumber(os.getenv "PERSONALIZE_SPEC_SEED") or 1
