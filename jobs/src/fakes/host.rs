//! The machine's side of the world.

use std::time::Duration;

use async_trait::async_trait;

use super::{Call, State, World};
use crate::ports::{
    Groups, HookEnd, Host, HostError, Process, ProcessOrder, Snapshot, Source, Unknown, Walk,
};

impl World {
    /// What every look shows from now on.
    pub fn set_snapshot(&self, snapshot: Snapshot) {
        self.state().snapshot = Some(snapshot);
    }

    /// What the coming looks show, one after the other; the last one stays.
    pub fn script_snapshots(&self, snapshots: impl IntoIterator<Item = Snapshot>) {
        self.state().upcoming.extend(snapshots);
    }

    /// Makes every look fail with these words, or succeed again.
    pub fn set_host_error(&self, error: Option<&str>) {
        self.state().host_error = error.map(str::to_owned);
    }

    /// The processes there are; `processes` sorts them.
    pub fn set_processes(&self, processes: Vec<Process>) {
        self.state().processes = processes;
    }

    /// What the control groups of containers show each time they are read from now on, one after the other; the last one
    /// stays. None were readable before.
    pub fn script_groups(&self, groups: impl IntoIterator<Item = Source<Groups>>) {
        self.state().groups = groups.into_iter().collect();
    }

    /// What a walk through the filesystem mounted there shows from now on.
    pub fn set_walk(&self, mount: &str, walk: Walk) {
        self.state().walks.insert(mount.to_owned(), walk);
    }

    /// Bytes of a file of the host; one that nobody set may not be read.
    pub fn set_size(&self, file: &str, bytes: u64) {
        self.state().sizes.insert(file.to_owned(), bytes);
    }

    /// How this program ends, and how many bytes of the root filesystem it frees; one that nobody set is not allowed.
    pub fn set_hook(&self, program: &str, end: HookEnd, frees: u64) {
        self.state().hooks.insert(program.to_owned(), (end, frees));
    }

    /// Free bytes of the filesystem mounted there, whatever the snapshot says of it.
    pub fn set_available(&self, mount: &str, bytes: u64) {
        self.state().available.insert(mount.to_owned(), bytes);
    }
}

impl State {
    /// The mount that holds this path, and its free bytes.
    pub(super) fn free_at(&self, path: &str) -> Option<(String, u64)> {
        let holds = |mount: &str| {
            mount == "/"
                || path.strip_prefix(mount).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let shown = self.snapshot.iter().flat_map(|it| it.filesystems.iter().flatten());
        let shown = shown.filter_map(|it| Some((it.mount.clone(), it.usage.as_ref().ok()?.available)));
        let set = self.available.iter().map(|(mount, bytes)| (mount.clone(), *bytes));
        // What was set comes last, and of equals `max_by_key` takes the last.
        shown.chain(set).filter(|(mount, _)| holds(mount)).max_by_key(|(mount, _)| mount.len())
    }

    fn check_host(&self) -> Result<(), HostError> {
        self.host_error.clone().map_or(Ok(()), |why| Err(HostError(why)))
    }
}

#[async_trait]
impl Host for World {
    async fn snapshot(&self) -> Result<Snapshot, HostError> {
        let mut state = self.state();
        state.calls.push(Call::Snapshot);
        state.check_host()?;
        if let Some(next) = state.upcoming.pop_front() {
            state.snapshot = Some(next);
        }
        state.snapshot.clone().ok_or_else(|| HostError("no snapshot was scripted".to_owned()))
    }

    async fn processes(&self, order: ProcessOrder, most: usize) -> Result<Vec<Process>, HostError> {
        let mut state = self.state();
        state.calls.push(Call::Processes);
        state.check_host()?;
        let mut processes = state.processes.clone();
        match order {
            ProcessOrder::Cpu => processes.sort_by(|a, b| b.cpu.total_cmp(&a.cpu)),
            ProcessOrder::Memory => processes.sort_by_key(|it| std::cmp::Reverse(it.memory)),
        }
        processes.truncate(most);
        Ok(processes)
    }

    async fn groups(&self) -> Source<Groups> {
        let mut state = self.state();
        state.calls.push(Call::Groups);
        let last = state.groups.len() == 1;
        let next = if last { state.groups.front().cloned() } else { state.groups.pop_front() };
        next.unwrap_or_else(|| Err(Unknown::because("no control groups were scripted")))
    }

    async fn available(&self, mount: &str) -> Result<u64, HostError> {
        let mut state = self.state();
        state.calls.push(Call::Available(mount.to_owned()));
        state.check_host()?;
        let free = state.free_at(mount).map(|(_, bytes)| bytes);
        free.ok_or_else(|| HostError(format!("no filesystem holds {mount}")))
    }

    async fn walk(&self, mount: &str) -> Source<Walk> {
        let mut state = self.state();
        state.calls.push(Call::Walk(mount.to_owned()));
        let walk = state.walks.get(mount).cloned();
        walk.ok_or_else(|| Unknown::because(format!("no walk of {mount} was scripted")))
    }

    async fn size(&self, file: &str) -> Source<u64> {
        let size = self.state().sizes.get(file).copied();
        size.ok_or_else(|| Unknown::because(format!("{file}: permission denied")))
    }

    async fn lies_on(&self, own: &str, mount: &str) -> bool {
        self.state().free_at(own).is_some_and(|(holder, _)| holder == mount)
    }

    async fn run_hook(&self, command: &[String], _timeout: Duration) -> Result<HookEnd, HostError> {
        let mut state = self.state();
        state.calls.push(Call::RunHook(command.to_vec()));
        let program = command.first().cloned().unwrap_or_default();
        let Some((end, frees)) = state.hooks.get(&program).cloned() else {
            return Err(HostError(format!("{program} is not among HOOKS_ALLOWED")));
        };
        if let Some((mount, available)) = state.free_at("/") {
            state.available.insert(mount, available + frees);
        }
        Ok(end)
    }
}
