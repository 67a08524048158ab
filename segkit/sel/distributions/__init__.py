"""Published distributions of segments, one file a standard and edition; to add one, add its file."""
