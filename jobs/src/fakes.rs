//! The ports in memory, scripted.
