"""X3 Studio: Amazon documents become Sage X3 documents, exactly once."""

__version__ = "0.3.0"
