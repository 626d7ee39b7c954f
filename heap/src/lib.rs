//! Hands memory that was freed back to the system.
//!
//! A package of its own, for the one declaration that Rust cannot check: the rest of the project forbids unsafe code.

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
