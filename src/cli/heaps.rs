//! How many heaps the memory of a server is spread over.

use std::os::unix::process::CommandExt;
use std::process::Command;

/// The C library's own setting.
const SETTING: &str = "MALLOC_ARENA_MAX";

/// Starts this program anew, in the same process, with as many heaps as there are processors.
///
/// The C library gives nearly each thread a heap of its own and keeps what that thread once used: after some files were
/// measured, by threads that are long gone, the idle demo held a third more memory than it needs. The library reads its
/// setting only at the start of a program. An operator's own choice stays, and a start that fails changes nothing.
pub(super) fn few() {
    if crate::config::variable(SETTING).is_none() {
        anew();
    }
}

/// Starts this program anew, in the same process: what its heaps hold is given back. A start that fails changes nothing.
pub(super) fn anew() {
    let Ok(program) = std::env::current_exe() else { return };
    let processors = std::thread::available_parallelism().map_or(2, std::num::NonZero::get).max(2);
    let heaps = crate::config::variable(SETTING).unwrap_or_else(|| processors.to_string());
    let failed = Command::new(program).args(std::env::args_os().skip(1)).env(SETTING, heaps).exec();
    eprintln!("bourse: goes on without a new start: {failed}");
}
