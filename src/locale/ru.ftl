# Русский. Одно предложение на ключ; <b>, <i> и <code> задают выделение.

# --- Единицы и календарь
unit-decimal = ,
unit-bytes = Б КиБ МиБ ГиБ ТиБ ПиБ ЭиБ
unit-per-second = /с
unit-durations = мс с мин ч д
unit-thousands = тыс. млн млрд
month-1 = янв
month-2 = фев
month-3 = мар
month-4 = апр
month-5 = мая
month-6 = июн
month-7 = июл
month-8 = авг
month-9 = сен
month-10 = окт
month-11 = ноя
month-12 = дек
weekday-1 = пн
weekday-2 = вт
weekday-3 = ср
weekday-4 = чт
weekday-5 = пт
weekday-6 = сб
weekday-7 = вс
range = { $range }
in-a-while = через { $lasting }
unknown = неизвестно
unknown-because = Неизвестно: { $why }
and-more = … и ещё { $count }
of-whole = из { $total }
of-total = { $used } из { $total }

# --- Метрики
metric-cpu-busy = Процессор
metric-cpu-core = Ядро процессора
metric-cpu-iowait = Ожидание дисков
metric-cpu-steal = Отнято гипервизором
metric-load-1 = Загрузка (1 мин)
metric-load-5 = Загрузка (5 мин)
metric-load-15 = Загрузка (15 мин)
metric-memory-used = Память
metric-memory-available = Доступная память
metric-swap-used = Подкачка
metric-disk-used = Диск
metric-disk-free = Свободно на
metric-disk-inodes = Иноды
metric-io-read = Чтение
metric-io-write = Запись
metric-io-busy = Занятость диска
metric-net-in = Принято
metric-net-out = Отправлено
metric-net-errors = Ошибки сети
metric-psi-cpu = Нехватка процессора
metric-psi-memory = Нехватка памяти
metric-psi-memory_full = Нехватка памяти (у всех)
metric-psi-io = Нехватка дисков
metric-psi-io_full = Нехватка дисков (у всех)
metric-uptime = Время работы
metric-temperature = Температура
metric-containers-running = Контейнеров работает
metric-containers-total = Контейнеров
metric-containers-unhealthy = Контейнеров больно
metric-containers-restarting = Контейнеров перезапускается

# --- Кнопки
button-refresh = 🔄 Обновить
button-alerts = 🚨 Тревоги
button-graph = 📈 График
button-graph-hours = 📈 6 ч
button-graph-days = 📈 7 д
button-pie = 🥧 Диаграмма
button-fix = 🩹 Освободить место
button-free = Освободить до { $bytes }
button-leave = Оставить
button-mute = 🔕 1 ч
button-unmute = 🔔 Снять тишину
button-restart = Да, перезапустить
button-logs = 📋 Логи
button-more-lines = { $count } строк
button-containers = 🐳 Контейнеры
button-all = Все
button-status = 📊 Сводка
button-help = ❔ Справка
button-jobs = ⏱ Задания
button-run = ▶ { $name }
button-day = За 24 ч
button-now = Сейчас

# --- /status и его части
status-well = 🟢 <b>{ $host }</b> · всё в порядке
status-ill = 🔴 <b>{ $host }</b> · { $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}
status-cpu = <b>Процессор</b> { $busy }
status-cpu-load = <b>Процессор</b> { $busy } · загрузка { $load } на { $count ->
    [one] { $count } ядро
    [few] { $count } ядра
   *[many] { $count } ядер
}
status-memory = <b>Память</b> { $percent } · { $used } из { $total }
status-memory-unknown = <b>Память</b> неизвестно: { $why }
status-swap = <b>Подкачка</b> { $percent } · { $used } из { $total }
status-disk = <b>Диск</b>
status-disk-one = { $mount } { $percent }, свободно { $free }
status-disk-unknown = <b>Диск</b> неизвестно: { $why }
status-net = <b>Сеть</b> ↓ { $received } ↑ { $sent }
status-docker = <b>Docker</b> работает { $running } из { $total }
status-docker-ill = <b>Docker</b> работает { $running } из { $total }, <b>больно: { $ill }</b>
status-docker-absent = <b>Docker</b> не отвечает
status-up = <b>Работает</b> { $lasting }

# --- /cpu /ram /disk /uptime
cpu-title = <b>Процессор</b> { $busy } · ожидание дисков { $iowait } · отнято { $steal }
cpu-load = Загрузка { $one } · { $five } · { $fifteen } (1, 5, 15 мин) на { $count ->
    [one] { $count } ядро
    [few] { $count } ядра
   *[many] { $count } ядер
}
cpu-cores = Ядер: { $count }, от { $least } до { $most }
ram-title = <b>Память</b> { $percent } · { $used } из { $total }
ram-parts = Доступно { $available } · кэш { $cache } · свободно { $free }
ram-swap = Подкачка { $used } из { $total }
ram-no-swap = Подкачки нет
disk-title = <b>Диски { $host }</b>
disk-one = <b>{ $mount }</b> { $percent } · { $used } из { $total }, свободно { $free }
disk-unknown = <b>{ $mount }</b> неизвестно: { $why }
disk-inodes = { "   " }иноды { $percent }
uptime = ⏱ <b>{ $host }</b> работает { $lasting }, с { $since }
uptime-watch = Вахта несёт вахту { $lasting }

# --- Картинки
chart-limit = предел { $limit }
chart-broke = здесь
chart-stretch = { $from } – { $to }
chart-empty = Данных пока нет
chart-memory = Память
chart-memory-used = Занято
chart-memory-cache = Кэш
chart-memory-free = Свободно
chart-swap = Подкачка
chart-disks = Диски
chart-disk-note = { $percent } · свободно { $free }
graph-memory = <b>Память { $host }</b> в { $at }
graph-figures = <b>{ $what }</b>: сейчас { $last } · среднее { $mean } · от { $least } до { $most }
graph-several = <b>{ $what }</b>
graph-nothing = <b>{ $what }</b>: за это время ещё ничего не записано. Замеры идут каждые несколько секунд: повторите через минуту.
no-metric = Под именем <code>{ $name }</code> ничего не измеряется. Попробуйте <code>/graph cpu</code>, ram, swap, disk, net, io, load, psi, temp, containers.

# --- Тревоги
alert-warning = 🟠 <b>{ $what }</b>: { $value }
alert-critical = 🔴 <b>{ $what }</b>: { $value }
alert-absent = 🔴 <b>{ $what }</b>: нет данных уже { $value }
alert-worsened = 🔴 <b>{ $what }</b> — становится хуже: { $value }
alert-why-above = Предел { $limit }, превышен с { $since } ({ $lasting })
alert-why-below = Предел { $limit }, ниже него с { $since } ({ $lasting })
alert-why-unusual-above = Обычно не больше { $limit }; необычно с { $since } ({ $lasting })
alert-why-unusual-below = Обычно не меньше { $limit }; необычно с { $since } ({ $lasting })
alert-why-absent = Ожидалось хотя бы раз в { $limit }; молчит с { $since }
alert-recovered = ✅ <b>{ $what }</b> — снова в норме. Длилось { $lasting }, с { $since } до { $until }, в худшем случае { $worst }.
alert-settled = ☑️ <b>{ $what }</b>: { $value } держится так долго, что теперь считается нормой. Тревога от { $since } закрыта.
alert-gone = ☑️ <b>{ $what }</b> — больше не существует. Тревога от { $since } закрыта.
alert-withdrawn = ☑️ <b>{ $what }</b>: правило <code>{ $rule }</code> больше не объявлено. Тревога от { $since } закрыта.
alert-listed-pending = 🟡 <b>{ $what }</b>: { $value }, предел { $limit }, уже { $lasting }
alert-listed-ended = ✅ <b>{ $what }</b>: до { $worst }, { $since } – { $until } ({ $lasting })
alerts-none = 🟢 Всё в порядке. { $count ->
    [one] Следит { $count } правило
    [few] Следят { $count } правила
   *[many] Следят { $count } правил
}.
alerts-firing = <b>{ $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}</b>
alerts-pending = <b>Под наблюдением</b>, ещё не тревога:
alerts-muted = 🔕 Тишина до { $until }; критические тревоги приходят и сейчас.
alerts-history = <b>{ $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}</b> с { $since }
alerts-history-none = С { $since } всё было в порядке.

# --- Тишина
mute-none = Тишины нет. На сколько отложить предупреждения?
mute-on = 🔕 Предупреждения подождут до { $until }. Критические тревоги придут и сейчас, отложенное будет сказано в конце.
mute-until = 🔕 Предупреждения ждут до { $until }.
mute-off = 🔔 Тревоги снова приходят сразу.
mute-held = 🔔 Тишина кончилась. За это время:

# --- Контейнеры
state-running = работает
state-unhealthy = болен, работает
state-starting = запускается, работает
state-paused = приостановлен
state-restarting = перезапускается
state-created = не запускался
state-removing = удаляется
state-exited = остановлен
state-dead = мёртв
ps-title = 🐳 <b>Работает { $running }</b> из { $total }
ps-none = 🐳 Docker отвечает, контейнеров нет.
ps-none-such = Нет контейнера, в имени которого есть <code>{ $part }</code>.
which-container = { $count ->
    [one] Нашёлся { $count } контейнер
    [few] Нашлось { $count } контейнера
   *[many] Нашлось { $count } контейнеров
} с <code>{ $name }</code> в имени. Какой?
no-container = Нет контейнера <code>{ $name }</code>. Список: /ps
no-container-near = Нет контейнера <code>{ $name }</code>. Может быть, { $near }?
logs-title = 📋 <b>{ $name }</b>, { $count ->
    [one] последняя { $count } строка
    [few] последние { $count } строки
   *[many] последние { $count } строк
}
logs-title-cut = 📋 <b>{ $name }</b>, { $count ->
    [one] последняя { $count } строка
    [few] последние { $count } строки
   *[many] последние { $count } строк
}; остальное слишком велико
logs-empty = 📋 <b>{ $name }</b> ничего не писал в лог.
restart-sure = Перезапустить <b>{ $name }</b>? Сейчас: { $state }.
restart-going = ⏳ Перезапускаю <b>{ $name }</b> …
restart-done = ✅ <b>{ $name }</b> перезапущен и работает ({ $took }).
restart-ended = 🔴 <b>{ $name }</b> перезапущен и снова завершился, код { $code }.
restart-not = ⚠️ <b>{ $name }</b> не перезапущен: это всё тот же запуск.
restart-unknown = ❔ Docker принял приказ о <b>{ $name }</b>, но чем кончилось — неизвестно: { $why }. Спросите /ps.
restart-own = <b>{ $name }</b> — это сама Вахта. Себя она не перезапускает; на сервере есть <code>docker compose restart</code>.
restart-protected = На <b>{ $name }</b> метка <code>vakhta.protect=true</code>: не трогаю.
engine-unreachable = 🐳 Docker не отвечает: { $why }
engine-refused = 🐳 Docker отказал: { $why }
engine-unanswered = 🐳 Docker не ответил вовремя; возможно, всё же выполнил: { $why }
engine-garbled = 🐳 Ответ Docker не понят: { $why }
host-failed = Не удалось прочитать состояние сервера: { $why }
store-failed = Хранилище отказало: { $why }
job-failed = Не вышло: { $why }

# --- Лечение
remedy-build-cache = кэш сборки
remedy-dangling-images = образы без имени
remedy-stopped-containers = давно остановленные контейнеры
fix-plan = 🩹 На <b>{ $mount }</b> свободно { $available }. Что можно убрать:
fix-step = • { $what }: { $count ->
    [one] { $count } штука
    [few] { $count } штуки
   *[many] { $count } штук
}, до { $bytes }
fix-safe = Тома и всё, что в работе, остаются.
fix-nothing = 🩹 На <b>{ $mount }</b> свободно { $available }. У Docker там нет ничего, что можно безопасно убрать: ни кэша сборки, ни безымянных образов, ни давно остановленных контейнеров.
fix-going = ⏳ Освобождаю место на <b>{ $mount }</b> …
fix-done = ✅ <b>{ $mount }</b>: освобождено { $freed }, теперь свободно { $after }.
fix-done-nothing = ⚠️ <b>{ $mount }</b>: ничего не освободилось, свободно { $after }.
fix-did = • { $what }: { $count ->
    [one] удалён { $count }
   *[other] удалено { $count }
}
fix-failed = • { $what }: удалено { $count }, затем: { $why }

# --- Сводка
digest-title = ☀️ <b>{ $host }</b>, { $from } – { $to }
digest-quiet = 🟢 Всё было в порядке.
digest-incidents = 🚨 <b>{ $count ->
    [one] { $count } происшествие
    [few] { $count } происшествия
   *[many] { $count } происшествий
}</b>
digest-incident = • { $what }: до { $worst } в { $since }, длилось { $lasting }
digest-incident-open = • { $what }: до { $worst }, с { $since } и до сих пор ({ $lasting })
digest-heal = 🩹 { $at }: освобождено { $freed } на { $target }
digest-containers = 🐳 Работает { $running } из { $total } контейнеров
digest-unhealthy = 🔴 Больны: { $names }
digest-restarting = 🔁 Перезапускаются: { $names }
digest-figures = <b>Среднее</b> (от–до, 95 % ниже)
digest-figure = <b>{ $what }</b> { $mean } ({ $least }–{ $most }, { $p95 })
digest-change = <i>{ $change }</i>
digest-no-figures = Данных ещё нет: за это время ничего не записано.

# --- Задания
jobs-title = ⏱ <b>Задания</b>
jobs-one = <b>{ $name }</b> · { $kind }
jobs-next = следующий запуск { $next }
jobs-never = не запланировано
jobs-running = ⏳ выполняется { $lasting }
jobs-skipped = пропущено, пока выполнялось: { $count }
jobs-going = ⏳ Выполняю <b>{ $name }</b> …
jobs-ran = <b>{ $name }</b>:
no-job = Нет задания <code>{ $name }</code>. Список: /jobs
outcome-done = ✅ { $at }, заняло { $took }
outcome-failed = 🔴 { $at } — неудача через { $took }: { $why }
outcome-timed-out = 🔴 { $at } — прервано по времени через { $took }
outcome-panicked = 🔴 { $at } — ошибка в самой Вахте через { $took }: { $why }
outcome-stopped = ⚠️ { $at } — прервано перезапуском через { $took }
trouble = ⚠️ Задание <b>{ $job }</b>: { $count } неудач подряд: { $why }

# --- О самой Вахте
start = ⚓️ <b>Вахта</b> следит за <b>{ $host }</b>. Ваш id { $id }, вам можно говорить.
    Работают задания ({ $jobs }) и правила ({ $rules }). О настоящей беде вы услышите; пока спрашивайте.
help-title = <b>Что можно спросить</b>
help-more = Подробнее об одном: <code>/help logs</code>
version = ⚓️ <b>Вахта { $version }</b>
version-host = { $host } · { $system } · Linux { $kernel }
version-engine = { $kind } { $version } (API { $api })
house-strangers = 🚪 { $count ->
    [one] Отклонено { $count } сообщение
    [few] Отклонено { $count } сообщения
   *[many] Отклонено { $count } сообщений
} посторонних; последнее — от id <code>{ $last }</code>.
house-two-pollers = ⚠️ Этот же токен использует другая программа: сообщения достаются то одной, то другой. Остановите её или выдайте ей свой токен.
house-store-set-aside = ⚠️ Хранилище было повреждено. Оно отложено как <code>{ $file }</code>, начато новое; прежняя история в том файле.
house-store-full = ⚠️ Хранилище не принимает записи, и то, что видно сейчас, помнится только до перезапуска: { $why }
house-store-returned = ✅ Хранилище снова принимает записи; ничего не потеряно.
dispatch-unknown = Нет команды <code>/{ $name }</code>. Список: /help
dispatch-near = Нет команды <code>/{ $name }</code>. Может быть, /{ $near }?
dispatch-stale-button = Эта кнопка устарела. Спросите заново.
dispatch-other-button = Это чужая кнопка.
dispatch-left = Оставлено как есть.
dispatch-failed = Ошибка внутри Вахты, она записана в журнал.
dispatch-late = Этому приказу уже { $lasting }.

console-follows = <i>Здесь уже несёт вахту другая Вахта. Эта консоль читает её историю и своих заданий не выполняет.</i>

# --- Зачем каждая команда и как ею пользоваться
summary-status = полная сводка сервера
usage-status = <code>/status</code>
summary-cpu = процессор, загрузка, кто её создаёт
usage-cpu = <code>/cpu</code>
summary-ram = память, подкачка, у кого она
usage-ram = <code>/ram</code>
summary-disk = место на дисках
usage-disk = <code>/disk</code>
summary-uptime = время работы сервера
usage-uptime = <code>/uptime</code>
summary-graph = картинка: память или любая метрика
usage-graph = <code>/graph</code> — диаграмма памяти. <code>/graph cpu 6h</code>, <code>/graph disk /srv 7d</code>, <code>/graph net 1h</code>: cpu, ram, swap, disk, inodes, net, io, load, psi, temp, containers; время вида 30m, 6h, 7d или 30м, 6ч, 7д.
summary-alerts = что не так сейчас
usage-alerts = <code>/alerts</code>, а за прошлое — <code>/alerts 24h</code>
summary-mute = отложить предупреждения
usage-mute = <code>/mute 2h</code>, <code>/mute off</code>. Критические тревоги приходят всё равно.
summary-ps = контейнеры и их состояние
usage-ps = <code>/ps</code>, <code>/ps all</code> вместе с остановленными, <code>/ps shop</code> по части имени
summary-logs = последние строки лога контейнера
usage-logs = <code>/logs nginx</code> или <code>/logs nginx 200</code>; достаточно части имени
summary-restart = перезапустить контейнер, спросив
usage-restart = <code>/restart nginx</code>
summary-fix = освободить место, занятое Docker, спросив
usage-fix = <code>/fix</code>
summary-digest = последние сутки в цифрах
usage-digest = <code>/digest</code> или <code>/digest 7d</code>
summary-jobs = что когда выполняется и как прошло
usage-jobs = <code>/jobs</code>, <code>/jobs run morning</code>
summary-start = кто я
usage-start = <code>/start</code>
summary-help = что можно спросить
usage-help = <code>/help</code> или <code>/help graph</code>
summary-version = версии всего
usage-version = <code>/version</code>
