//! Hands memory that was freed back to the system.
//!
//! A package of its own, for the two declarations that Rust cannot check: the rest of the project forbids unsafe code.

/// Makes all threads take their memory from one heap. To be called before there is a second thread.
///
/// glibc gives each thread a heap of its own, and [`trim`] cannot hand back the end of any but the first: after fitting a folder
/// on two processors some 3 MB. Questions are answered as fast with one. With another C library this does nothing.
pub fn share() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::ffi::c_int;

        /// How many heaps there may be: `malloc.h`.
        const M_ARENA_MAX: c_int = -8;

        // SAFETY: that is its declaration in mallopt(3), which any thread may call at any time.
        unsafe extern "C" {
            safe fn mallopt(parameter: c_int, value: c_int) -> c_int;
        }
        mallopt(M_ARENA_MAX, 1);
    }
}

/// Hands back what the allocator keeps for later.
///
/// Fitting a folder takes thousands of small pieces of memory for a second. glibc keeps them when they are freed, nearly half of
/// what a bot that has just started holds (`docs/load.md`). With another C library this does nothing.
pub fn trim() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    {
        use std::ffi::c_int;

        // SAFETY: that is its declaration in malloc_trim(3), which any thread may call at any time.
        unsafe extern "C" {
            safe fn malloc_trim(keep: usize) -> c_int;
        }
        malloc_trim(0);
    }
}
