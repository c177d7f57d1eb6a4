//! Methods that call the closures that they are given, by name: for each item, at once, on other threads.

use syn::{Expr, ExprMethodCall};

/// Returns true if a method of that name calls its closure once for each item, as a loop does.
pub(super) fn is_caller(name: &str) -> bool {
    is_among(name, CALLERS)
}

/// Returns true if the method of that name uses an iterator up before the statement ends.
pub(super) fn is_consumer(name: &str) -> bool {
    is_among(name, CONSUMERS)
}

/// Returns true if a chain of methods is one of rayon's. It calls closures on other threads, where no line is current yet.
pub(super) fn is_parallel(call: &ExprMethodCall) -> bool {
    let name = call.method.to_string();
    let begins = name.starts_with("par_") || name.starts_with("into_par_");
    begins || matches!(&*call.receiver, Expr::MethodCall(before) if is_parallel(before))
}

/// Returns true if the name is one of the words.
pub(super) fn is_among(name: &str, words: &str) -> bool {
    // Most names are none of them, and are not even a part: words are split for those only that are.
    words.contains(name) && words.split_whitespace().any(|word| word == name)
}

/// Calls what it is given for each item, and allocates only there.
const CALLERS: &str = "all any filter filter_map find find_map fold for_each inspect map map_while max_by max_by_key \
    min_by min_by_key position reduce rposition scan skip_while take_while try_fold try_for_each";

/// Uses an iterator up, or calls at once what it is given.
const CONSUMERS: &str = "all and_then any binary_search_by binary_search_by_key collect count dedup_by dedup_by_key \
    extend find find_map fold for_each get_or_insert_with last map_or map_or_else max max_by max_by_key min min_by \
    min_by_key ok_or_else or_default or_else or_insert_with or_insert_with_key partition partition_point position product \
    reduce resize_with retain retain_mut rposition sort_by sort_by_cached_key sort_by_key sort_unstable_by \
    sort_unstable_by_key sum then try_fold try_for_each unwrap_or_else unzip";
