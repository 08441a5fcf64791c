//! The lines of Flink that divide memory differently.

use std::fmt;

/// A line of Flink releases. The division itself is the same in both; they differ in the options that they read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum FlinkVersion {
    /// 1.20, the last line that reads the options of Flink 1.9 and before.
    V1,
    /// 2.0 and later.
    #[default]
    V2,
}

impl FlinkVersion {
    /// Reads "1.20", "2.1.3", "v1_20" or "v2_1": the spellings of releases and of `spec.flinkVersion`.
    ///
    /// # Errors
    /// Says what was expected: a release from 1.10 on, where today's division of memory began.
    pub fn parse(text: &str) -> Result<FlinkVersion, String> {
        let mut parts = text.trim().trim_start_matches('v').split(['.', '_']).map(|part| part.parse::<u32>().ok());
        match (parts.next().flatten(), parts.next().flatten()) {
            (Some(1), Some(minor)) if minor >= 10 => Ok(FlinkVersion::V1),
            (Some(2), _) => Ok(FlinkVersion::V2),
            _ => Err(format!("\"{text}\" is not a version of Flink that is known here, expected 1.10 to 1.20, or 2.x")),
        }
    }
}

impl fmt::Display for FlinkVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            FlinkVersion::V1 => "1.x",
            FlinkVersion::V2 => "2.x",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_and_the_spellings_of_manifests_are_read() {
        for (text, version) in [
            ("1.20", FlinkVersion::V1),
            ("v1_19", FlinkVersion::V1),
            ("2", FlinkVersion::V2),
            ("v2_1", FlinkVersion::V2),
        ] {
            assert_eq!(FlinkVersion::parse(text), Ok(version), "{text}");
        }
        for text in ["", "1", "1.9", "3.0", "latest", "v_"] {
            assert!(FlinkVersion::parse(text).is_err(), "{text}");
        }
    }
}
