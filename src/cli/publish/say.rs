//! What the command prints: lines for a log, bars for a person at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Prints, or keeps still.
pub(super) struct Say {
    quiet: bool,
}

impl Say {
    pub(super) const fn new(quiet: bool) -> Self {
        Self { quiet }
    }
    /// Prints a line.
    pub(super) fn line(&self, text: &str) {
        if !self.quiet {
            println!("{text}");
        }
    }
    /// A bar over bytes; it is only drawn at a terminal.
    pub(super) fn bar(&self, what: &str, bytes: u64) -> ProgressBar {
        let bar = ProgressBar::new(bytes);
        if self.quiet {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        let shape = "{prefix:>10} [{bar:32}] {bytes}/{total_bytes} {bytes_per_sec} {eta} {wide_msg}";
        if let Ok(style) = ProgressStyle::with_template(shape) {
            bar.set_style(style.progress_chars("=> "));
        }
        bar.set_prefix(what.to_owned());
        bar
    }
}
