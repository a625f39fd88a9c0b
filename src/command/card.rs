//! The card of an incident as it is by now, with as much of its past in the picture as is asked for. For buttons.

use async_trait::async_trait;
use jiff::SignedDuration;

use super::incidents::{found, shown};
use super::parse::length;
use super::{Command, CommandContext, CommandError};
use crate::gate::Cost;
use crate::present::Reply;
use crate::present::incident::Showing;
use crate::transport::Doing;

/// `/card number [range]`
pub(super) struct Card;

#[async_trait]
impl Command for Card {
    fn name(&self) -> &'static str {
        "card"
    }

    fn is_listed(&self) -> bool {
        false
    }

    fn doing(&self, _arguments: &[&str]) -> Doing {
        Doing::Drawing
    }

    fn cost(&self, _arguments: &[&str], _confirmed: bool) -> Cost {
        Cost::Calming
    }

    async fn run(&self, context: &CommandContext<'_>, arguments: &[&str]) -> Result<Reply, CommandError> {
        let (number, span) = match arguments {
            [number] => (number, None),
            [number, range] => {
                let range = length(range).ok_or(CommandError::Usage)?;
                (number, Some(SignedDuration::try_from(range).map_err(|_| CommandError::Usage)?))
            }
            _ => return Err(CommandError::Usage),
        };
        shown(context, found(context, number)?, Showing { span, ..Showing::default() })
    }
}
