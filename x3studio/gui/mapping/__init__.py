"""The mapping page: every known SKU and buyer, what stands for it in X3, and who decided so."""
