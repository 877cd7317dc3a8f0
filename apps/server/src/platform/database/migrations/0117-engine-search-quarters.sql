-- The terms of runs with the quarter (13 weeks) in the place of the week: what few runs have is found in a dozen places instead of
-- hundreds. Kept in the index only.
create function engine_search_quarters(terms tsvector) returns tsvector
  language sql immutable strict parallel safe
  return pg_catalog.array_to_tsvector(array(
    select (pg_catalog.split_part(term, '|', 1)::integer / 13)::text || pg_catalog.substr(term, pg_catalog.strpos(term, '|'))
    from unnest(pg_catalog.tsvector_to_array(terms)) term
  ));
create index engine_search_quarters on engine_search using gin (engine_search_quarters(terms)) with (fastupdate = off);
