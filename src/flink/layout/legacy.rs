//! What Flink 1.20 still reads of older releases, said in today's options.
//!
//! Idea: each old key is replaced by the option that 1.20 maps it to, at the same place of origin, so that a derivation
//! knows today's options alone. An old key counts only where its successor is not set.
//!
//! Source: the behaviour of Flink 1.20. Departure: it prefers the environment variables FLINK_TM_HEAP and FLINK_JM_HEAP
//! to `heap.size`; they are not read here, since a configuration does not show them.

use super::keys::{Key, job_manager as jm, legacy, task_manager as tm};
use super::memory_size;
use super::network;
use super::notices::Notice;
use super::options::{Fault, Options};
use crate::base::Bytes;

/// What starts the processes. Today's options mean the same everywhere; those of Flink 1.9 and before do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum DeploymentKind {
    /// Start scripts on machines that stand ready.
    #[default]
    Standalone,
    /// Containers of a given size: Kubernetes, YARN.
    Container,
}

/// `options` without old keys, and what became of those. For Flink 1.20 alone: 2.x ignores them.
///
/// # Errors
/// An old key that counts, or the segment size beside it, cannot be read.
pub fn translate(options: &Options, deployment: DeploymentKind) -> Result<(Options, Vec<Notice>), Fault> {
    let mut translation = Translation { options: options.clone(), notices: Vec::new() };
    let (task_manager, job_manager) = match deployment {
        DeploymentKind::Standalone => (&tm::FLINK, &jm::HEAP),
        DeploymentKind::Container => (&tm::PROCESS, &jm::PROCESS),
    };
    translation.heap([&legacy::TASK_MANAGER_HEAP, &legacy::TASK_MANAGER_HEAP_MB], task_manager)?;
    translation.heap([&legacy::JOB_MANAGER_HEAP, &legacy::JOB_MANAGER_HEAP_MB], job_manager)?;
    translation.buffers()?;
    translation.weights();
    Ok((translation.options, translation.notices))
}

struct Translation {
    options: Options,
    notices: Vec<Notice>,
}

impl Translation {
    fn tell(&mut self, key: &Key, text: String) {
        self.notices.push(Notice { origin: self.options.origin(key), text: format!("`{}` {text}", key.name) });
    }

    /// Replaces `old` by `new` keys, all of value `text`.
    fn replace(&mut self, old: &Key, new: &[&Key], text: &str) {
        let origin = self.options.origin(old);
        let names: Vec<String> = new.iter().map(|key| format!("`{}`", key.name)).collect();
        self.tell(old, format!("is deprecated and gone in 2.0, it is read as {} = {text}", names.join(" and ")));
        self.options.remove(old.name);
        for key in new {
            self.options.insert(key.name, text, origin.clone());
        }
    }

    fn drop(&mut self, old: &Key, winner: &Key) {
        self.tell(old, format!("is deprecated and without effect, as `{}` is set", winner.name));
        self.options.remove(old.name);
    }

    /// The size before the number of MiB; either only where `target` is not set.
    fn heap(&mut self, [size, mb]: [&'static Key; 2], target: &'static Key) -> Result<(), Fault> {
        let set: Vec<&Key> = [target, size, mb].into_iter().filter(|key| self.options.is_set(key)).collect();
        let Some((winner, losers)) = set.split_first() else { return Ok(()) };
        for loser in losers {
            self.drop(loser, winner);
        }
        if *winner == size {
            let text = memory_size::print(self.options.size(size)?);
            self.replace(size, &[target], &text);
        } else if *winner == mb {
            let text = memory_size::print(Bytes::mib(u64::from(self.options.count(mb)?)));
            self.replace(mb, &[target], &text);
        }
        Ok(())
    }

    /// The number of network buffers fixes network memory, where no option of its range is set.
    fn buffers(&mut self) -> Result<(), Fault> {
        let key = &legacy::BUFFERS;
        if !self.options.is_set(key) {
            return Ok(());
        }
        let range = [&tm::NETWORK_MIN, &tm::NETWORK_MAX, &tm::NETWORK_FRACTION];
        if let Some(winner) = range.into_iter().find(|key| self.options.is_set(key)) {
            self.drop(key, winner);
            return Ok(());
        }
        let count = self.options.count(key)?;
        // A segment has at most 2^30 bytes and a count is below 2^31, so that their product is a size.
        let size = Bytes(network::segment_size(&self.options)?.0 * u64::from(count));
        self.replace(key, &[&tm::NETWORK_MIN, &tm::NETWORK_MAX], &memory_size::print(size));
        Ok(())
    }

    /// `DATAPROC` is the weight of operators and of the state backend where these have none of their own.
    fn weights(&mut self) {
        const OLD: &str = "DATAPROC";
        let key = &tm::CONSUMER_WEIGHTS;
        let Some((text, origin)) = self.options.spelled(key.name) else { return };
        let origin = origin.clone();
        let entries = text.split(',').filter(|entry| !entry.trim().is_empty());
        let pairs: Option<Vec<(&str, &str)>> = entries.map(|entry| entry.split_once(':')).collect();
        // Weights that cannot be read stay as they are, for `check` to tell.
        let Some(pairs) = pairs else { return };
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, weight)| (name.trim(), weight.trim())).collect();
        let named = |name: &str| pairs.iter().find(|pair| pair.0 == name).map(|pair| pair.1);
        let Some(old) = named(OLD) else { return };
        let stood_for = ["OPERATOR", "STATE_BACKEND"].into_iter().filter(|name| named(name).is_none());
        let kept = pairs.iter().copied().filter(|pair| pair.0 != OLD);
        let entries = kept.chain(stood_for.map(|name| (name, old)));
        let text = entries.map(|(name, weight)| format!("{name}:{weight}")).collect::<Vec<_>>().join(",");
        self.tell(key, format!("names the deprecated {OLD}, it is read as {text}"));
        self.options.insert(key.name, &text, origin);
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ConsumerWeights, Derivation, JobManagerLayout, Layout, Origin};
    use super::*;
    use DeploymentKind::{Container, Standalone};

    fn read(pairs: &[(&str, &str)], deployment: DeploymentKind) -> (Options, Vec<String>) {
        let (options, notices) = translate(&Options::from_iter(pairs.iter().copied()), deployment).unwrap();
        (options, notices.iter().map(Notice::to_string).collect())
    }

    fn size(options: &Options, key: &Key) -> Option<Bytes> {
        options.is_set(key).then(|| options.size(key).unwrap())
    }

    #[test]
    fn the_old_heap_is_flink_memory_on_machines_and_process_memory_in_containers() {
        for (pair, expected) in
            [(("taskmanager.heap.size", "3g"), 3 << 30), (("taskmanager.heap.mb", "1000"), 1000 << 20)]
        {
            let machine = read(&[pair], Standalone).0;
            let container = read(&[pair], Container).0;
            assert_eq!([size(&machine, &tm::FLINK), size(&machine, &tm::PROCESS)], [Some(Bytes(expected)), None]);
            assert_eq!([size(&container, &tm::FLINK), size(&container, &tm::PROCESS)], [None, Some(Bytes(expected))]);
            assert_eq!(Layout::derive(&machine).unwrap().flink(), Bytes(expected));
        }
        let machine = read(&[("jobmanager.heap.size", "1g")], Standalone).0;
        assert_eq!(JobManagerLayout::derive(&machine).unwrap().jvm_heap, Bytes::gib(1));
        let container = read(&[("jobmanager.heap.mb", "1600")], Container).0;
        assert_eq!(JobManagerLayout::derive(&container).unwrap().process(), Bytes::mib(1600));
    }

    #[test]
    fn an_old_key_gives_way_to_its_successor_and_megabytes_to_the_size() {
        let old = [("taskmanager.heap.mb", "nonsense"), ("taskmanager.heap.size", "3g")];
        let (options, told) = read(&old, Container);
        assert_eq!(size(&options, &tm::PROCESS), Some(Bytes::gib(3)));
        assert!(told[0].starts_with("`taskmanager.heap.mb` is deprecated and without effect"), "{told:?}");
        let (options, told) = read(&[old[0], old[1], ("taskmanager.memory.flink.size", "1g")], Standalone);
        assert_eq!((size(&options, &tm::FLINK), told.len()), (Some(Bytes::gib(1)), 2));
        // Another total does not stand in the way, only the one that the old key is mapped to.
        let (options, _) = read(&[("taskmanager.memory.flink.size", "1g"), old[1]], Container);
        assert_eq!(size(&options, &tm::PROCESS), Some(Bytes::gib(3)));
        assert!(options.iter().all(|(key, _, _)| !key.contains(".heap.")));
    }

    #[test]
    fn the_number_of_buffers_fixes_network_memory() {
        let base = [("taskmanager.memory.process.size", "2g"), ("taskmanager.network.numberOfBuffers", "2048")];
        let layout = Layout::derive(&read(&base, Container).0).unwrap();
        assert_eq!(layout.network, Bytes::mib(64));
        let wide = [base[0], base[1], ("taskmanager.memory.segment-size", "64kb")];
        assert_eq!(Layout::derive(&read(&wide, Container).0).unwrap().network, Bytes::mib(128));
        for key in ["taskmanager.network.memory.fraction", "taskmanager.memory.network.max"] {
            let (options, told) = read(&[base[0], base[1], (key, "0")], Container);
            assert!(!options.is_set(&tm::NETWORK_MIN) && told[0].contains("without effect"), "{key}: {told:?}");
        }
        // As the rest, network memory must be exactly that.
        let rest = [("taskmanager.memory.task.heap.size", "1g"), base[0], base[1]];
        assert!(Layout::derive(&read(&rest, Container).0).is_err());
    }

    #[test]
    fn the_origin_stays_and_faults_name_the_old_key() {
        let origin = Origin::Line { file: "flink-conf.yaml".into(), line: 3 };
        let with = |key: &str, text: &str| {
            let mut options = Options::new();
            options.insert(key, text, origin.clone());
            translate(&options, Container)
        };
        let (options, notices) = with("taskmanager.heap.size", "4g").unwrap();
        assert_eq!(options.origin(&tm::PROCESS), origin);
        assert!(notices[0].to_string().starts_with("flink-conf.yaml:3: `taskmanager.heap.size` is deprecated"));
        for (key, text) in [
            ("taskmanager.heap.size", "4 gib"),
            ("jobmanager.heap.mb", "-1"),
            ("jobmanager.heap.mb", "1g"),
            ("taskmanager.network.numberOfBuffers", "many"),
        ] {
            let fault = with(key, text).unwrap_err();
            assert_eq!((fault.key.as_str(), &fault.origin), (key, &origin));
        }
    }

    #[test]
    fn segments_that_flink_refuses_are_told_first() {
        let pairs =
            [("taskmanager.memory.segment-size", "4611686018427387904"), ("taskmanager.network.numberOfBuffers", "3")];
        assert_eq!(translate(&Options::from_iter(pairs), Container).unwrap_err().key, pairs[0].0);
    }

    #[test]
    fn dataproc_is_the_weight_of_whom_it_stands_for() {
        let weights = |text: &str| {
            let options = read(&[(tm::CONSUMER_WEIGHTS.name, text)], Container).0;
            ConsumerWeights::read(&options).unwrap()
        };
        assert_eq!(weights("DATAPROC:70, PYTHON:30"), ConsumerWeights { operator: 70, state_backend: 70, python: 30 });
        let own = weights("OPERATOR:1,DATAPROC:70");
        assert_eq!(own, ConsumerWeights { operator: 1, state_backend: 70, python: 0 });
    }

    #[test]
    fn today_s_options_stay_as_they_are() {
        let pairs = [("taskmanager.memory.process.size", "2g"), ("taskmanager.host", "worker-1")];
        let options = Options::from_iter(pairs);
        assert_eq!(translate(&options, Standalone), Ok((options.clone(), Vec::new())));
        let layout = Layout::derive(&options).unwrap();
        assert_ne!(layout.derivations[4], Derivation::Given);
    }
}
