//! Size: what ships more than needed.
