"""How words of every script but Arabic are analysed: the same roles as in ``arabic``, much smaller."""
