//! Two walks held against each other.
