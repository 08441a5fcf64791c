//! Sections: keys of a scenario that are declared once, and read as fields of a struct.
//!
//! [`section!`](crate::section) makes from one declaration the struct and the table of its keys, so the parser, the lists
//! and those who use a value cannot disagree; [`choice!`](crate::choice) does the same for words and their enum. How a kind
//! of key becomes a field stands in [`shape`].

use std::ops::Deref;

use super::{Args, Param};

/// A table of keys with a typed struct; made by [`section!`](crate::section).
pub trait Section: Sized {
    /// The keys, in the order of declaration.
    const PARAMS: &'static [Param];

    /// The fields from values that were checked against [`Section::PARAMS`], and what is wrong with texts that only their
    /// fields can read, key by key. Such a key, and one that is missing, which no checked section has, becomes the least
    /// value of its type.
    fn read(args: &Args) -> (Self, Vec<(&'static str, Misread)>);

    /// The values again, in the order of declaration; those that are absent are left out.
    fn args(&self) -> Args;
}

/// An enum whose members are words of a scenario; made by [`choice!`](crate::choice).
pub trait Word: Copy + Sized + 'static {
    /// The member that is spelt so.
    fn of(word: &str) -> Option<Self>;

    /// How a scenario spells it.
    fn spelt(self) -> &'static str;
}

/// Why a text is not what its key takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Misread {
    /// What is wrong, and what was expected.
    pub message: String,
    /// Words that may have been meant; empty where there is no list of them.
    pub known: Vec<String>,
}

impl From<String> for Misread {
    fn from(message: String) -> Misread {
        Misread { message, known: Vec::new() }
    }
}

/// What can be read from a text that is neither a quantity nor one of a few words.
pub trait Readable: Sized + Default {
    /// Reads `text`, or tells why it cannot.
    fn read(text: &str) -> Result<Self, Misread>;
}

/// A value with the text that it was read from, which results repeat as it stands.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spelt<T> {
    text: String,
    value: T,
}

impl<T: Readable> Spelt<T> {
    /// Reads `text`; `None` where it means nothing.
    pub fn of(text: &str) -> Option<Spelt<T>> {
        T::read(text).ok().map(|value| Spelt { text: text.to_string(), value })
    }
}

impl<T> Spelt<T> {
    /// The text as it was written.
    pub fn text(&self) -> &str {
        &self.text
    }
}

impl<T> Deref for Spelt<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// How values of each kind become fields, under the words that [`section!`](crate::section) takes for kinds.
pub mod shape {
    use std::marker::PhantomData;

    use super::{Misread, Readable, Spelt, Word};
    use crate::base::{Bytes as Size, Law, SimSpan, Value};

    /// The way of one kind of value to its field and back.
    pub trait Shape {
        /// The type of the field.
        type Field: Default;

        /// The field, or `None` for a value of another kind.
        fn read(value: &Value) -> Option<Self::Field>;

        /// The value again.
        fn write(field: &Self::Field) -> Value;

        /// What is wrong with a value that is of the right kind.
        fn misread(_value: &Value) -> Option<Misread> {
            None
        }
    }

    macro_rules! plain {
        ($($name:ident: $variant:ident($field:ty), $doc:literal;)*) => {
            $(
                #[doc = $doc]
                pub struct $name;

                impl Shape for $name {
                    type Field = $field;

                    fn read(value: &Value) -> Option<$field> {
                        if let Value::$variant(value) = value { Some(value.clone()) } else { None }
                    }

                    fn write(field: &$field) -> Value {
                        Value::$variant(field.clone())
                    }
                }
            )*
        };
    }

    plain! {
        Bytes: Bytes(Size), "A size.";
        Span: Span(SimSpan), "A time.";
        Bandwidth: Number(f64), "Bytes a second.";
        Number: Number(f64), "A plain number.";
        Flag: Flag(bool), "True or false.";
        Path: Text(String), "A path.";
        BytesLaw: Law(Law), "A distribution of bytes.";
        SpanLaw: Law(Law), "A distribution of nanoseconds.";
    }

    /// A whole number that fits `T`.
    pub struct Count<T = u64>(PhantomData<T>);

    impl<T: TryFrom<u64> + Into<u64> + Copy + Default> Shape for Count<T> {
        type Field = T;

        fn read(value: &Value) -> Option<T> {
            if let Value::Count(count) = value { T::try_from(*count).ok() } else { None }
        }

        fn write(field: &T) -> Value {
            Value::Count((*field).into())
        }
    }

    /// A text, read as `T`.
    pub struct Text<T = ()>(PhantomData<T>);

    impl Shape for Text<()> {
        type Field = String;

        fn read(value: &Value) -> Option<String> {
            Path::read(value)
        }

        fn write(field: &String) -> Value {
            Path::write(field)
        }
    }

    impl<T: Readable> Shape for Text<T> {
        type Field = Spelt<T>;

        fn read(value: &Value) -> Option<Spelt<T>> {
            if let Value::Text(text) = value { Spelt::of(text) } else { None }
        }

        fn write(field: &Spelt<T>) -> Value {
            Value::Text(field.text().to_string())
        }

        fn misread(value: &Value) -> Option<Misread> {
            if let Value::Text(text) = value { T::read(text).err() } else { None }
        }
    }

    /// One of the words of `T`.
    pub struct Choice<T>(PhantomData<T>);

    impl<T: Word + Default> Shape for Choice<T> {
        type Field = T;

        fn read(value: &Value) -> Option<T> {
            if let Value::Text(word) = value { T::of(word) } else { None }
        }

        fn write(field: &T) -> Value {
            Value::Text(field.spelt().to_string())
        }
    }

    /// One of the words of `T`, or "none".
    pub struct ChoiceOrNone<T>(PhantomData<T>);

    impl<T: Word> Shape for ChoiceOrNone<T> {
        type Field = Option<T>;

        fn read(value: &Value) -> Option<Option<T>> {
            if let Value::Text(word) = value { Some(T::of(word)) } else { None }
        }

        fn write(field: &Option<T>) -> Value {
            Value::Text(field.map_or("none", Word::spelt).to_string())
        }
    }

    /// A list of words of `T`.
    pub struct Choices<T>(PhantomData<T>);

    impl<T: Word> Shape for Choices<T> {
        type Field = Vec<T>;

        fn read(value: &Value) -> Option<Vec<T>> {
            let Value::List(values) = value else { return None };
            values.iter().map(|value| if let Value::Text(word) = value { T::of(word) } else { None }).collect()
        }

        fn write(field: &Vec<T>) -> Value {
            Value::List(field.iter().map(|word| Value::Text(word.spelt().to_string())).collect())
        }
    }

    /// A list of texts.
    pub struct Texts;

    impl Shape for Texts {
        type Field = Vec<String>;

        fn read(value: &Value) -> Option<Vec<String>> {
            if let Value::List(values) = value { values.iter().map(Path::read).collect() } else { None }
        }

        fn write(field: &Vec<String>) -> Value {
            Value::List(field.iter().map(Path::write).collect())
        }
    }
}

/// Declares words of a scenario and the enum that they become: `A = "a"` is a member and how it is spelt.
#[macro_export]
macro_rules! choice {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$about:meta])* $member:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $($(#[$about])* $member,)+
        }

        impl $name {
            /// All members, in the order of declaration.
            pub const ALL: &'static [$name] = &[$($name::$member,)+];

            /// How they are spelt.
            pub const WORDS: &'static [&'static str] = &[$($word,)+];

            /// How they are spelt, after the word for none of them.
            pub const WORDS_OR_NONE: &'static [&'static str] = &["none", $($word,)+];

            /// How a scenario spells it.
            pub const fn word(self) -> &'static str {
                match self {
                    $($name::$member => $word,)+
                }
            }

            /// The member that is spelt so.
            pub fn of(word: &str) -> Option<$name> {
                $name::ALL.iter().copied().find(|member| member.word() == word)
            }
        }

        /// The first member.
        impl Default for $name {
            fn default() -> $name {
                $name::ALL[0]
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.word())
            }
        }

        impl $crate::base::Word for $name {
            fn of(word: &str) -> Option<$name> {
                $name::of(word)
            }

            fn spelt(self) -> &'static str {
                self.word()
            }
        }
    };
}

/// Declares a section: a struct, and the table of its keys.
///
/// One key a line: `name: Kind = preset, "what it is";`. A kind is the name of a [`shape`](crate::base::shape), with the
/// type of its field between `<>` where there is a choice, and inclusive bounds in brackets. A preset is a text as a scenario
/// would spell it, `(Enum::Member)`, `absent` for an `Option`, or `required`. A key that others declare too takes
/// `(their::PARAM)` instead of a text, and the preset `shared` where it has one.
#[macro_export]
macro_rules! section {
    (
        $(#[$doc:meta])*
        pub struct $section:ident {
            $($name:ident: $kind:ident $(<$of:ty>)? $(($low:expr, $high:expr))? = $preset:tt, $about:tt;)+
        }
    ) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $section {
            $(
                #[doc = $crate::section_about!($about)]
                pub $name: $crate::section_field!($preset, $kind $(<$of>)?),
            )+
        }

        impl $crate::base::Section for $section {
            const PARAMS: &'static [$crate::base::Param] = &[$(
                $crate::section_param!(
                    stringify!($name),
                    $crate::section_kind!($kind $(<$of>)? $(($low, $high))?),
                    $preset,
                    $about
                ),
            )+];

            fn read(args: &$crate::base::Args) -> ($section, Vec<(&'static str, $crate::base::Misread)>) {
                let mut misread = Vec::new();
                let section = $section {
                    $($name: {
                        let value = args.get(stringify!($name));
                        let fault = value.and_then(<$crate::base::shape::$kind $(<$of>)? as $crate::base::Shape>::misread);
                        misread.extend(fault.map(|fault| (stringify!($name), fault)));
                        let read = value.and_then(<$crate::base::shape::$kind $(<$of>)? as $crate::base::Shape>::read);
                        $crate::section_read!($preset, read)
                    },)+
                };
                (section, misread)
            }

            fn args(&self) -> $crate::base::Args {
                let write = [$((
                    stringify!($name),
                    $crate::section_written!($preset, &self.$name)
                        .map(<$crate::base::shape::$kind $(<$of>)? as $crate::base::Shape>::write),
                ),)+];
                let given = write.into_iter().filter_map(|(name, value)| Some((name, value?)));
                $crate::base::Args::new(given.collect())
            }
        }
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_about {
    ($text:literal) => {
        $text
    };
    (($shared:path)) => {
        concat!("As `", stringify!($shared), "`, which others declare too.")
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_field {
    (absent, $($kind:tt)+) => {
        Option<<$crate::base::shape::$($kind)+ as $crate::base::Shape>::Field>
    };
    ($preset:tt, $($kind:tt)+) => {
        <$crate::base::shape::$($kind)+ as $crate::base::Shape>::Field
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_kind {
    (Number($low:expr, $high:expr)) => {
        $crate::base::Kind::Number($low, $high)
    };
    (Count $(<$of:ty>)? ($low:expr, $high:expr)) => {
        $crate::base::Kind::Count($low as u64, $high as u64)
    };
    (Choice<$of:ty>) => {
        $crate::base::Kind::Choice(<$of>::WORDS)
    };
    (ChoiceOrNone<$of:ty>) => {
        $crate::base::Kind::Choice(<$of>::WORDS_OR_NONE)
    };
    (Choices<$of:ty>) => {
        $crate::base::Kind::List(&$crate::base::Kind::Choice(<$of>::WORDS))
    };
    (Texts) => {
        $crate::base::Kind::List(&$crate::base::Kind::Text)
    };
    ($kind:ident $(<$of:ty>)?) => {
        $crate::base::Kind::$kind
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_param {
    ($name:expr, $kind:expr, required, $about:literal) => {
        $crate::base::required($name, $kind, $about)
    };
    ($name:expr, $kind:expr, absent, $about:literal) => {
        $crate::base::optional($name, $kind, $about)
    };
    ($name:expr, $kind:expr, $preset:literal, $about:literal) => {
        $crate::base::param($name, $kind, $preset, $about)
    };
    ($name:expr, $kind:expr, ($member:expr), $about:literal) => {
        $crate::base::param($name, $kind, $member.word(), $about)
    };
    ($name:expr, $kind:expr, $preset:tt, ($shared:path)) => {
        $shared
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_read {
    (absent, $read:expr) => {
        $read
    };
    ($preset:tt, $read:expr) => {
        $read.unwrap_or_default()
    };
}

#[doc(hidden)]
#[macro_export]
macro_rules! section_written {
    (absent, $field:expr) => {
        $field.as_ref()
    };
    ($preset:tt, $field:expr) => {
        Some($field)
    };
}
