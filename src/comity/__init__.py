"""comity: the law of cooperation with federal immigration authorities, as data that decides."""
