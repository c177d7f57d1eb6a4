//! Each model holds, and fails when an operation is changed on which it depends.

use sgn_model::explore::{Change, Operation, fails, holds};
use sgn_model::memory::models;

use Change::{LeaveOut, Relax};

/// Has the model fail for each change of an operation: the file, the function, and a part of the line.
fn fails_for_each(model: fn(), changes: &[(Change, [&'static str; 3])]) {
    for &(change, [file, function, text]) in changes {
        let operation = Operation {
            file,
            function,
            text,
        };
        fails(model, change, operation);
    }
}

const MODE: &str = "thread/mode_byte.rs";
const CACHE: &str = "thread/site_cache.rs";
const SHARD: &str = "thread/shard.rs";
const TABLES: &str = "thread/tables.rs";
const ARCH: &str = "sys/arch.rs";
const READ: &str = "snapshot/read.rs";

#[test]
fn nothing_is_counted_after_disable() {
    holds(models::nothing_is_counted_after_disable);
}

#[test]
fn something_would_be_counted_after_disable() {
    fails_for_each(
        models::nothing_is_counted_after_disable,
        &[
            (Relax, [MODE, "fn is_still_on", "fence("]),
            (Relax, [MODE, "fn publish(", "fence("]),
            (LeaveOut, [CACHE, "fn clear(", "store(0"]),
            (LeaveOut, [CACHE, "fn insert(", "fetch_or("]),
        ],
    );
}

#[test]
fn a_fresh_table_follows_the_mode() {
    holds(models::a_fresh_table_follows_the_mode);
}

#[test]
fn a_fresh_table_would_not_follow_the_mode() {
    fails_for_each(
        models::a_fresh_table_follows_the_mode,
        &[
            (Relax, [MODE, "fn follow(", "fence("]),
            (Relax, [MODE, "fn publish(", "fence("]),
            (LeaveOut, [MODE, "fn follow_what(", ".compare_exchange("]),
            (LeaveOut, [TABLES, "fn acquire(", "state.store(BUSY"]),
        ],
    );
}

#[test]
fn a_fresh_table_follows_sampling() {
    holds(models::a_fresh_table_follows_sampling);
}

#[test]
fn a_fresh_table_would_not_follow_sampling() {
    fails_for_each(
        models::a_fresh_table_follows_sampling,
        &[
            (Relax, [MODE, "fn follow(", "fence("]),
            (Relax, [MODE, "fn publish(", "fence("]),
        ],
    );
}

#[test]
fn the_last_change_of_the_mode_wins() {
    holds(models::the_last_change_of_the_mode_wins);
}

#[test]
fn the_last_change_of_the_mode_would_not_win() {
    fails_for_each(
        models::the_last_change_of_the_mode_wins,
        &[(Relax, [MODE, "fn publish(", "if MODE.load("])],
    );
}

#[test]
fn no_free_is_seen_without_its_allocation() {
    holds(models::no_free_is_seen_without_its_allocation);
}

#[test]
fn a_free_would_be_seen_without_its_allocation() {
    fails_for_each(
        models::no_free_is_seen_without_its_allocation,
        &[
            (Relax, [SHARD, "fn add_release(", "counter.store("]),
            (Relax, [READ, "fn read_freed(", "freed.load("]),
        ],
    );
}

#[test]
fn no_peak_is_lost() {
    holds(models::no_peak_is_lost);
}

#[test]
fn a_peak_would_be_lost() {
    fails_for_each(
        models::no_peak_is_lost,
        &[
            (Relax, [ARCH, "fn subtract(", "number.store("]),
            (Relax, [SHARD, "fn reset_headroom(", "headroom.store("]),
            (Relax, [READ, "fn add_headrooms(", "headroom.load("]),
        ],
    );
}

#[test]
fn no_peak_is_lost_in_the_shared_table() {
    holds(models::no_peak_is_lost_in_the_shared_table);
}

#[test]
fn a_peak_would_be_lost_in_the_shared_table() {
    fails_for_each(
        models::no_peak_is_lost_in_the_shared_table,
        &[(
            Relax,
            [SHARD, "fn allocated_shared(", "compare_exchange_weak("],
        )],
    );
}

#[test]
fn each_number_is_read_once_while_threads_end() {
    holds(models::each_number_is_read_once_while_threads_end);
}

#[test]
fn a_number_would_be_lost_or_read_twice_while_threads_end() {
    fails_for_each(
        models::each_number_is_read_once_while_threads_end,
        &[
            (LeaveOut, [TABLES, "fn new(", "fetch_add("]),
            (Relax, [TABLES, "fn new(", "if VERSION.load("]),
            (LeaveOut, [TABLES, "fn merge_all(", "VERSION.store("]),
            (LeaveOut, [TABLES, "fn merge_all(", "merged_at.store("]),
            (
                Relax,
                [TABLES, "fn merge_all(", "if READERS[parity(version)].load("],
            ),
            (Relax, [TABLES, "fn merge(", "IS_MERGING.swap("]),
            (Relax, [TABLES, "fn merge(", "IS_MERGING.store("]),
        ],
    );
}

#[test]
fn each_number_is_read_once_while_a_table_is_used_again() {
    holds(models::each_number_is_read_once_while_a_table_is_used_again);
}

#[test]
fn a_number_would_be_lost_while_a_table_is_used_again() {
    fails_for_each(
        models::each_number_is_read_once_while_a_table_is_used_again,
        &[
            (Relax, [TABLES, "fn transition(", ".compare_exchange("]),
            (Relax, [TABLES, "fn release(", "state.store(WAITS"]),
        ],
    );
}
