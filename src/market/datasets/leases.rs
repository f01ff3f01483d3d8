//! Work on a file that one process at a time takes, by a lease that runs out: what profiles and samples have in common.
//! Both tables have the columns `state`, `lease`, `leased_until` and `attempts`.

/// The row of a file that waits to be worked on, or whose worker is gone.
macro_rules! free {
    ($table:ident, $file:expr, $now:expr) => {
        $table::table
            .find($file)
            .filter($table::state.eq_any([Measuring::Waiting, Measuring::Running]))
            .filter($table::leased_until.is_null().or($table::leased_until.lt($now.0)))
    };
}

/// What taking such a row writes.
macro_rules! taken {
    ($table:ident, $lease:expr, $until:expr) => {
        (
            $table::state.eq(Measuring::Running),
            $table::lease.eq($lease),
            $table::leased_until.eq($until.0),
            $table::attempts.eq($table::attempts + 1),
        )
    };
}

/// The row of a file that is worked on under a lease.
macro_rules! own {
    ($table:ident, $file:expr, $lease:expr) => {
        $table::table.find($file).filter($table::state.eq(Measuring::Running)).filter($table::lease.eq($lease))
    };
}

pub(super) use {free, own, taken};
