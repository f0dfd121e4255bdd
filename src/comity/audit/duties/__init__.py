"""The duties that rows bring with them, beside what the log's columns say of whether and when they were done."""
