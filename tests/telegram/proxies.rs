//! The way out is the one that was set, and no other.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use vakhta::telegram::{Telegram, TelegramSettings};

use super::botapi::BotApi;
use super::{CALM, Kept, kind, settings, telegram};

fn through(url: String, proxy: String) -> Telegram {
    let settings = TelegramSettings { proxy: Some(proxy), ..settings(url, CALM) };
    Telegram::new(settings, Arc::new(Kept::default())).expect("settings")
}

/// A SOCKS5 proxy that leads everybody to one place; counts who came, and answers what it listens on.
async fn socks(to: u16, came: Arc<AtomicUsize>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((mut client, _)) = listener.accept().await {
            came.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(async move {
                let mut greeting = [0; 2];
                client.read_exact(&mut greeting).await?;
                let mut methods = vec![0; greeting[1].into()];
                client.read_exact(&mut methods).await?;
                client.write_all(&[5, 0]).await?;
                let mut request = [0; 4];
                client.read_exact(&mut request).await?;
                let length = match request[3] {
                    1 => 4,
                    4 => 16,
                    _ => client.read_u8().await?.into(),
                };
                let mut address = vec![0; length + 2];
                client.read_exact(&mut address).await?;
                client.write_all(&[5, 0, 0, 1, 127, 0, 0, 1, 0, 0]).await?;
                let mut server = TcpStream::connect(("127.0.0.1", to)).await?;
                copy_bidirectional(&mut client, &mut server).await
            });
        }
    });
    port
}

fn port(api: &BotApi) -> u16 {
    api.url().rsplit(':').next().and_then(|it| it.parse().ok()).expect("a port")
}

#[tokio::test]
async fn a_socks_proxy_is_used_and_looks_names_up_only_when_asked_to() {
    let api = BotApi::start();
    let came = Arc::new(AtomicUsize::new(0));
    let proxy = socks(port(&api), came.clone()).await;
    let me = through(api.url(), format!("socks5://127.0.0.1:{proxy}")).get_me().await;
    assert_eq!(kind(&me), "ok", "{me:?}");
    assert_eq!(came.load(Ordering::SeqCst), 1);
    // Nobody here knows this name; the proxy does.
    let unknown = "http://telegram.invalid".to_owned();
    let me = through(unknown, format!("socks5h://127.0.0.1:{proxy}")).get_me().await;
    assert_eq!(kind(&me), "ok", "{me:?}");
    assert_eq!(came.load(Ordering::SeqCst), 2);
}

#[tokio::test]
async fn an_http_proxy_is_used() {
    let api = BotApi::start();
    let me = through("http://telegram.invalid".into(), api.url()).get_me().await;
    assert_eq!(kind(&me), "ok", "{me:?}");
}

#[tokio::test]
async fn a_proxy_that_is_down_is_a_passing_trouble() {
    let api = BotApi::start();
    let telegram = through("http://telegram.invalid".into(), api.url());
    api.go_down().await;
    assert_eq!(kind(&telegram.get_me().await), "passing");
}

/// Started again by the next test with a proxy in its environment.
#[tokio::test]
async fn the_bot_is_reached_straight() {
    let api = BotApi::start();
    let me = telegram(&api, CALM).get_me().await;
    assert_eq!(kind(&me), "ok", "{me:?}");
}

#[test]
fn the_environments_proxy_is_not_used() {
    let mut again = Command::new(std::env::current_exe().expect("this test"));
    again.args(["--exact", "proxies::the_bot_is_reached_straight"]);
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, "http://127.0.0.1:1");
    }
    let output = again.output().expect("it starts");
    let told = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && told.contains("1 passed"), "{told}");
}
