//! The macro behind both tables of columns: one line declares name, unit, statistic, direction and meaning.

/// Declares a table of columns and, for each, a typed constant that names its place in the table.
///
/// A line reads `CONSTANT = "noun" "unit" "statistic" Direction "meaning";`. An empty unit or statistic is left
/// out of the name. The constants have their own type, so that a misspelt column does not compile.
macro_rules! columns {
    ($id:ident, $(#[$doc:meta])* $table:ident;
     $($constant:ident = $noun:literal $unit:literal $statistic:literal $better:ident $about:literal;)*) => {
        #[allow(non_camel_case_types, clippy::upper_case_acronyms)]
        enum Place { $($constant,)* }

        $(
            #[doc = $about]
            pub const $constant: $id = $id(Place::$constant as usize);
        )*

        $(#[$doc])*
        pub const $table: &[$crate::metrics::Column] = &[$($crate::metrics::Column {
            noun: $noun,
            unit: $unit,
            statistic: $statistic,
            better: $crate::metrics::Better::$better,
            about: $about,
        },)*];
    };
}
