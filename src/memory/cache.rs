//! Hit ratio of a cache over keys drawn independently from a Zipf law.
