//! The stream of events, read as a promise asks for it.

use jobs::ports::EngineEvent;

use super::memory::Memory;

/// The stream, as it is read.
#[derive(Default)]
pub(in crate::docker) struct Stream(Memory);

impl Stream {
    pub(in crate::docker) fn read(&mut self, bytes: &[u8]) -> Vec<EngineEvent> {
        self.0.read(bytes)
    }

    pub(in crate::docker) fn begin(&mut self) {
        self.0.begin();
    }
}
