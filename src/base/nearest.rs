//! The nearest known name, for "did you mean".

/// The name most like `word`, if any is like it enough to be worth a suggestion.
///
/// A name counts when a third of the letters or fewer differ (swapped neighbours count once), or when the
/// Jaro-Winkler similarity, which forgives missing ends, is at least 0.85. Ties go to the earlier name.
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = plain(word);
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let other = plain(name);
        let edits = strsim::damerau_levenshtein(&word, &other);
        let likeness = strsim::jaro_winkler(&word, &other);
        let longest = word.chars().count().max(other.chars().count());
        let score = if edits * 3 <= longest { likeness.max(0.85) } else { likeness };
        if score >= 0.85 && best.is_none_or(|(top, _)| score > top) {
            best = Some((score, name));
        }
    }
    best.map(|(_, name)| name)
}

/// ", did you mean \"task_heap\"?" for the end of a message, or nothing.
pub fn did_you_mean<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    nearest(word, names).map(|name| format!(", did you mean \"{name}\"?")).unwrap_or_default()
}

/// Case and the choice between `_`, `-` and blanks are the commonest slips, so they do not count.
fn plain(name: &str) -> String {
    name.trim().to_lowercase().replace(['_', ' '], "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_hand_are_found_and_strangers_are_not() {
        let names = ["task_heap", "managed", "network", "max-min"];
        assert_eq!(nearest("taskheap", names), Some("task_heap"));
        assert_eq!(nearest("Task-Heap", names), Some("task_heap"));
        assert_eq!(nearest("manged", names), Some("managed"));
        assert_eq!(nearest("maxmin", names), Some("max-min"));
        assert_eq!(nearest("zebra", names), None);
        assert_eq!(nearest("", names), None);
    }
}
