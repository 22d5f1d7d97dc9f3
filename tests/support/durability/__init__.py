"""Made-up articles, known answers, forked writers and a pessimistic disk, for tests of durability."""
