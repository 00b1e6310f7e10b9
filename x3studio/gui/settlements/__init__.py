"""The settlements page: from Amazon's periods to proven journals in X3."""
