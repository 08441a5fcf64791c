//! `[regions]`: how pool memory is divided and where blocks lie.

use crate::pool::Reservation;

crate::choice! {
    /// Which purposes share a region.
    pub enum Scheme {
        /// Network and managed memory apart.
        Flink = "flink",
        /// Network, sort and hash apart from managed memory.
        Legacy = "legacy",
        /// No borders.
        Unified = "unified",
    }
}

crate::section! {
    /// `[regions]`: how pool memory is divided and where blocks lie.
    pub struct Regions {
        scheme: Choice<Scheme> = (Scheme::Flink),
            "flink: network and managed apart; legacy: network, sort and hash apart from managed; unified: no borders";
        sort_share: Number(0.0, 1.0) = "0.35", "legacy scheme: share of managed memory fenced off for sorting";
        hash_share: Number(0.0, 1.0) = "0.35", "legacy scheme: share of managed memory fenced off for hash tables";
        probe: Bytes = absent, "request size that fragmentation is judged for; absent: that of the last request";
        reservation: Text<Reservation> = absent,
            "when pool memory is taken from the system: \"all\" at the start, or in steps such as \"64 MiB\"; absent: not followed";
        touch_price: Number(0.0, 1e9) = "0.25",
            "nanoseconds of a core for each byte taken from the system: page fault, zeroing";
        leak: Number(0.0, 1.0) = "0", "share of the blocks of tasks that are never returned";
    }
}
