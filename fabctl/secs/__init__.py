"""SECS-II, HSMS, SECS-I and the GEM state models, without I/O."""
