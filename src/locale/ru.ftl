# Русский. Одно предложение на ключ; <b>, <i> и <code> задают выделение.

language-name = Русский

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
date-day = { $day } { $month }
date-with-year = { $date } { $year }
in-a-while = через { $lasting }
unknown = неизвестно
unknown-because = Неизвестно: { $why }
# Самые частые причины, словами ядра и Docker; остальное приводится как есть.
reason-permission = доступ запрещён
reason-no-file = нет такого файла или каталога
reason-no-file-here = нет такого файла
reason-refused = в соединении отказано
reason-reset = соединение оборвано другой стороной
reason-pipe = соединение закрыто
reason-late = ответа не дождались
reason-no-container = нет такого контейнера
reason-no-image = нет такого образа
reason-no-space = на диске нет места
reason-read-only = файловая система только для чтения
reason-no-answer = нет ответа за
reason-no-network = сеть недоступна
reason-files = слишком много открытых файлов
reason-socket-silent = Docker не отвечает по адресу
reason-socket-late = нет соединения за
reason-mount-silent = не отвечает уже
reason-mount-left = — не трогаю, пока не ответит
reason-socket-none = Работает ли движок, смонтирован ли сюда его сокет?
reason-socket-stale = сокет есть, но движок его не слушает. Работает ли он? Отдельно смонтированный файл сокета после перезапуска движка устаревает: перезапустите этот контейнер
reason-proxy-none = там никто не слушает. Работает ли прокси сокета?
reason-socket-group = Сокет принадлежит группе
reason-socket-join = войдите в неё (в compose.yaml
reason-socket-proxy = или подключайтесь через прокси сокета
reason-socket-way = по пути к сокету: в каталог над ним нельзя войти
right-now = сейчас
and-more = … и ещё { $count }
worst = в худшем случае { $value }
worst-count = до { $value } сразу
of-whole = из { $total }
of-total = { $used } из { $total }

# --- Метрики
metric-cpu-busy = Процессор
metric-cpu-core = Ядро процессора
metric-cpu-iowait = Процессор ждёт диски
metric-cpu-steal = Отнято гипервизором
metric-load-1 = Нагрузка (1 мин)
metric-load-5 = Нагрузка (5 мин)
metric-load-15 = Нагрузка (15 мин)
metric-memory-used = Память
metric-memory-available = Доступная память
metric-swap-used = Подкачка
metric-disk-used = Диск
metric-disk-free = Свободно на
metric-disk-inodes = Иноды на
metric-io-read = Чтение
metric-io-write = Запись
metric-io-busy = Занятость диска
metric-net-in = Принято
metric-net-out = Отправлено
metric-net-errors = Ошибки сети
metric-psi-cpu = Ожидание процессора
metric-psi-memory = Ожидание памяти
metric-psi-memory_full = Всё ждёт память
metric-psi-io = Ожидание дисков
metric-psi-io_full = Всё ждёт диски
metric-uptime = Время работы
metric-temperature = Температура
metric-containers-running = Работающие контейнеры
metric-containers-total = Контейнеры
metric-containers-unhealthy = Нездоровые контейнеры
metric-containers-restarting = Контейнеры перезапускаются снова и снова
metric-container-cpu = Процессор контейнера
metric-container-memory = Память контейнера
group-net = Сеть
group-io = Диски, ввод-вывод
group-load = Нагрузка
group-psi = Время в ожидании
kin-load-1 = 1 мин
kin-load-5 = 5 мин
kin-load-15 = 15 мин
kin-net-in = ↓
kin-net-out = ↑
kin-io-read = чтение
kin-io-write = запись
kin-psi-cpu = процессор
kin-psi-memory = память
kin-psi-io = диски
kin-memory-available = Доступно

# --- Кнопки
button-refresh = 🔄 Обновить
button-alerts = 🚨 Тревоги
button-graph = 📈 График
button-graph-hours = 📈 6 ч
button-graph-days = 📈 7 д
button-graph-yesterday = ⇄ Вчера
button-graph-week-ago = ⇄ Неделю назад
button-graph-alone = 📈 Без сравнения
button-graph-hours-of-week = 🗓 По часам
button-graph-line = 📈 Линией
button-graph-overview = 🧭 Обзор
button-graph-both = Процессор и память
button-pie = 🥧 Диаграмма
button-cure = 🛠 Починить
button-fix = 🩹 Освободить место
button-free = Освободить до { $bytes }
button-leave = Не надо
button-heal-restart = 🔧 Перезапустить { $name }
button-heal-start = 🔧 Запустить { $name }
button-heal-leave = Не сейчас
button-heal-off = ⏹ Выключить
button-heal-off-hours = ⏸ Выкл. на 2 ч
button-heal-on = ▶ Включить
button-fix-do = Сделать
button-fix-logs = 📜 Как ограничить логи
button-ack = ✔ Беру
button-release = ↩ Отдать
button-mute-hour = 🔕 1 ч
button-mute-hours = 🔕 4 ч
button-mute-tomorrow = 🔕 до утра
button-why = ❓ Почему
button-normal = 👌 Норма
button-unmute = 🔔 Снова сообщать сразу
button-unmute-one = 🔔 { $what }
button-unmute-all = 🔔 Снять всю тишину
button-tomorrow = До утра
button-take-back = ↩️ Отменить
button-yes = { $verb ->
    [start] Да, запустить
    [stop] Да, остановить
    [restart] Да, перезапустить
    [pause] Да, на паузу
    [unpause] Да, снять с паузы
   *[kill] Да, убить
}
button-start = ▶ Запустить
button-stop = ⏹ Остановить
button-pause = ⏸ Пауза
button-unpause = ⏯ Снять с паузы
button-kill = 💥 Убить
button-project = 📦 { $project }, { $count ->
    [one] { $count } контейнер
    [few] { $count } контейнера
   *[many] { $count } контейнеров
}
button-look = 🔄 Ещё раз
button-back = ◀ Список
button-stats = 📊 Ресурсы
button-inspect = 🔎 Подробно
button-restart-one = 🔁 Перезапуск
button-logs = 📋 Логи
button-logs-older = ◀ Раньше
button-logs-newer = Позже ▶
button-logs-errors = ❗ Ошибки
button-logs-all = Все уровни
button-logs-file = 📄 Файл
button-logs-follow = 📡 Следить
button-logs-stop = ⏹ Стоп
button-containers = 🐳 Контейнеры
button-all = Все
button-asleep = + { $count } остановл.
button-menu = ⚓️ Меню
button-close = ✖ Закрыть
button-graphs = 📈 Графики
button-status = 📊 Сводка
button-help = ❔ Справка
button-jobs = ⏱ Задания
button-run = ▶ { $name }
button-day = За 24 ч
button-digest = ◀ Сводка
button-figures = 🔢 Цифры
button-all-of-it = ▼ Ещё
button-digest-day = День
button-digest-week = Неделя
button-digest-month = Месяц
button-now = Сейчас

# --- /status и его части
status-well = 🟢 <b>{ $host }</b> · тревог нет
status-warning = 🟠 <b>{ $host }</b> · { $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}
status-critical = 🔴 <b>{ $host }</b> · { $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}
status-blind = 🟡 <b>{ $host }</b> · тревог нет, но видно не всё
status-failing = ⚠️ Раз за разом не выполняется: { $jobs }. Подробнее: /jobs
status-cpu = <b>Процессор</b> { $busy }
status-cpu-load = <b>Процессор</b> { $busy } · нагрузка { $load } на { $count ->
    [one] { $count } ядро
    [few] { $count } ядра
   *[many] { $count } ядер
}
status-memory = <b>Память</b> { $percent } · { $used } из { $total }
status-memory-unknown = <b>Память</b>: неизвестно, { $why }
status-swap = <b>Подкачка</b> { $percent } · { $used } из { $total }
status-disk = <b>Диск</b> { $mount } { $percent }, свободно { $free }
status-disk-more = { " " }· +{ $count }
status-disk-unknown = <b>Диск</b>: неизвестно, { $why }
status-net = <b>Сеть</b> ↓ { $received } ↑ { $sent }
status-docker = <b>Docker</b> работает { $running } из { $total }
status-docker-ill = <b>Docker</b> работает { $running } из { $total }, <b>с проблемами: { $ill }</b>
status-docker-none = <b>Docker</b> · контейнеров нет
status-docker-absent = <b>Docker</b> не отвечает; почему — /ps
status-up = <b>Работает</b> { $lasting } · <i>данные на { $at }</i>

# --- /cpu /ram /disk /uptime
cpu-title = <b>Процессор</b> { $busy } · { $count ->
    [one] { $count } ядро
    [few] { $count } ядра
   *[many] { $count } ядер
}
cpu-iowait = Простой в ожидании дисков: { $share }
cpu-steal = Отнято гипервизором: { $share }
cpu-load = Нагрузка { $one } · { $five } · { $fifteen } (1/5/15 мин)
cpu-cores = Ядер: { $count }, от { $least } до { $most }
processes = Процесс
processes-cpu = ЦП
processes-memory = Память
ram-title = <b>Память</b> { $percent } · { $used } из { $total }
ram-parts = Доступно { $available }: свободно { $free }, кэш { $cache }
ram-swap = Подкачка { $used } из { $total }
ram-no-swap = Подкачки нет
disk-title = <b>Диски { $host }</b>
disk-one = <b>{ $mount }</b> { $percent } · { $used } из { $total }, свободно { $free }
disk-unknown = <b>{ $mount }</b>: неизвестно, { $why }
disk-inodes = { "   " }иноды { $percent }
disk-filling = { "   " }до заполнения { $left } ({ $pace })
disk-inodes-filling = { "   " }иноды кончатся через { $left } ({ $pace })
uptime = ⏱ <b>{ $host }</b> работает { $lasting }, с { $since }
uptime-watch = Вахта на посту { $lasting }

# --- Картинки
chart-limit = предел { $limit }
chart-usual = как обычно
chart-broke = { $at }
chart-incident = #{ $number }
chart-healed = починка
chart-restarted = перезапуск
chart-stopped = остановка
chart-started = запуск
chart-now = сейчас
chart-day-before = днём раньше
chart-week-before = неделей раньше
chart-overview = Обзор
chart-containers = Контейнеры
chart-hours = { $host } · среднее за каждый час
chart-stretch = { $host } · { $from } – { $to }
chart-empty = Данных пока нет
chart-memory = Память
chart-memory-used = Занято
chart-memory-cache = Кэш
chart-memory-free = Свободно
chart-swap = Подкачка
chart-disks = Диски
chart-disk-note = свободно { $free }
chart-disk-note-filling = свободно { $free }, хватит на { $left }
graph-memory = <b>Память</b> { $percent } · { $used } из { $total }, данные на { $at }
graph-figures = <b>{ $what }</b>: { $when ->
    [now] сейчас
   *[then] { $at }:
} { $last } · среднее { $mean } · от { $least } до { $most }
graph-brief = <b>{ $what }</b>: { $when ->
    [now] сейчас
   *[then] { $at }:
} { $last } · среднее { $mean } · пик { $most }
graph-brief-nothing = <b>{ $what }</b>: записей нет
graph-against = <b>{ $what }</b>, против { $past ->
    [week] прошлой недели
   *[day] вчерашнего дня
}
    Среднее { $mean } ({ $mean_change }) · пик { $most } ({ $most_change })
graph-against-nothing = Сравнить не с чем: записей за { $past ->
    [week] прошлую неделю
   *[day] день раньше
} нет.
graph-events = 📍 { $list }
graph-hours = <b>{ $what }</b>: самый загруженный час — { $day }, { $hours }, в среднем { $value }
graph-hours-usually = В обычный день больше всего в { $hours }: { $value }
graph-past-unknown = С <code>{ $what }</code> сравнить нельзя. Можно <code>против вчера</code> и <code>против недели</code>.
graph-reach-unknown = <code>{ $what }</code> — не отрезок времени. Вот так: <code>15м</code>, <code>6ч</code>, <code>7д</code>, <code>1г</code>, <code>сегодня</code>, <code>вчера</code>, <code>неделя</code>.
graph-too-many = { $what } на одной картинке не поместятся; самое большее шесть.
graph-several = <b>{ $what }</b>
graph-highest = Показано самых высоких: { $drawn } из { $count }.
graph-nothing = <b>{ $what }</b>: за это время ничего не записано. Если Вахта только что запущена, повторите через минуту.
no-metric = Под именем <code>{ $name }</code> ничего не измеряется. Есть <code>/graph cpu</code>, ram, swap, disk, net, io, load, psi, temp, containers.
no-metric-near = Под именем <code>{ $name }</code> ничего не измеряется, и контейнера такого нет. Может быть, это?
no-part = У <code>{ $metric }</code> нет части <code>{ $name }</code>. Есть: { $known }

# --- Тревоги
alert-warning = 🟠 <b>{ $what }</b>: { $value }
alert-unusual = 🔎 <b>{ $what }</b>: { $value }
alert-critical = 🔴 <b>{ $what }</b>: { $value }
alert-brief = { $what } { $value }
alert-brief-filling = { $what } заполняется ({ $value })
alert-brief-absent = { $what }: нет данных { $value }
alert-absent = 🔴 <b>{ $what }</b>: нет данных уже { $value }
alert-worsened = 🔴 <b>{ $what }</b>: стало хуже, { $value }
alert-why-above = С { $since } ({ $lasting }), предел { $limit }
alert-why-any = С { $since } ({ $lasting })
alert-why-below = С { $since } ({ $lasting }), должно быть больше { $limit }
alert-why-unusual-above = С { $since } ({ $lasting }), обычно не больше { $limit }
alert-why-unusual-below = С { $since } ({ $lasting }), обычно не меньше { $limit }
alert-why-absent = Ничего с { $since }, а ждём хотя бы раз в { $limit }
alert-why-clearing = Лучше с { $until }, пока наблюдаем
alert-again-warning = 🟠 <b>{ $what }</b>: снова { $value }
alert-again-critical = 🔴 <b>{ $what }</b>: снова { $value }
alert-again-absent = 🔴 <b>{ $what }</b>: снова нет данных, уже { $value }
alert-again-after = Перед этим { $well } было в норме.
alert-unsteady-warning = 🟠 <b>{ $what }</b>: то в норме, то нет, { $value }
alert-unsteady-critical = 🔴 <b>{ $what }</b>: то в норме, то нет, { $value }
alert-unsteady-absent = 🔴 <b>{ $what }</b>: данные то есть, то нет
alert-unsteady-why = За { $within } повторилось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}. Теперь тишина, пока не продержится { $quiet } так или иначе.
alert-steady-warning = 🟠 <b>{ $what }</b>: держится, { $value }
alert-steady-critical = 🔴 <b>{ $what }</b>: держится, { $value }
alert-steady-absent = 🔴 <b>{ $what }</b>: данных всё ещё нет, уже { $value }
alert-steady-why = Уже { $quiet } без перерыва; в прошлом сообщении: { $told }
alert-calm = Уже { $quiet }, а до того повторилось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}; { $at_worst }
alert-recovered = ✅ <b>{ $what }</b>: снова в норме
alert-lasted = Длилось { $lasting }, { $since } – { $until }; { $at_worst }
alert-lasted-again = В этот раз { $lasting }, { $since } – { $until }; { $at_worst } с { $began }
alert-heard-again = ✅ <b>{ $what }</b>: данные снова есть
alert-was-silent = Тишина длилась { $lasting }, { $since } – { $until }
alert-settled = ☑️ <b>{ $what }</b>: { $value } — теперь это норма
alert-gone = ☑️ <b>{ $what }</b>: этого больше нет
alert-withdrawn = ☑️ <b>{ $what }</b>: правило <code>{ $rule }</code> больше не объявлено
alert-closed = Тревога от { $since } закрыта.
alert-listed-pending = 🟡 <b>{ $what }</b>: { $value }, предел { $limit }, уже { $lasting }
alert-listed-pending-any = 🟡 <b>{ $what }</b>: { $value }, уже { $lasting }
alert-listed-unsteady-ill = С { $first } повторилось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}, не в норме с { $turned }
alert-listed-unsteady-well = С { $first } повторилось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}, в норме с { $turned }
alert-filling-warning = 🟠 <b>{ $what }</b>: до заполнения { $left } (сейчас { $value }, { $pace })
alert-filling-critical = 🔴 <b>{ $what }</b>: до заполнения { $left } (сейчас { $value }, { $pace })
alert-filling-over = ✅ <b>{ $what }</b>: больше не заполняется
alert-why-filling = Это прогноз по последним часам; держится с { $since } ({ $lasting })
alert-listed-pending-filling = 🟡 <b>{ $what }</b>: до заполнения { $left }, если так пойдёт и дальше (сейчас { $value })
culprit-files = { $count ->
    [one] { $count } файл
    [few] { $count } файла
   *[other] { $count } файлов
}
culprit-grown = ↗ <code>{ $place }</code> +{ $by } с { $since }, сейчас { $size }
culprit-grown-log = ↗ лог <b>{ $place }</b> +{ $by } с { $since }, сейчас { $size }
culprit-largest = Больше всего там: <code>{ $place }</code>, { $size }
culprit-largest-log = Больше всего там: лог <b>{ $place }</b>, { $size }
culprit-hidden = Ни один каталог настолько не вырос. Так занимают место удалённые файлы, которые ещё держит открытыми программа.
culprit-late = Не хватило времени найти, что растёт.
alert-listed-ended = ✅ <b>{ $what }</b>: { $at_worst }, { $since } – { $until } ({ $lasting })
alert-listed-absent = ✅ <b>{ $what }</b>: без данных { $since } – { $until } ({ $lasting })
alert-listed-unusual = 🔎 <b>{ $what }</b>: { $worst }, а обычно { $limit }; { $since } – { $until } ({ $lasting })
alerts-none = 🟢 Тревог нет.
alerts-watching = { $watching ->
    [one] Сейчас может судить { $watching } правило
    [few] Сейчас могут судить { $watching } правила
   *[many] Сейчас могут судить { $watching } правил
} из { $count }.
alerts-learning = 📖 Учится: { $rule }, { $have } из { $need }
alerts-blind = ⚪ Не о чем судить: { $rules }
alerts-firing = <b>{ $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}</b>
alerts-pending = <b>Под наблюдением</b>, ещё не тревога:
alerts-unusual = <b>Не как обычно</b>, но ничто от этого не страдает:
alerts-history = <b>{ $count ->
    [one] { $count } тревога
    [few] { $count } тревоги
   *[many] { $count } тревог
}</b> с { $since }
alerts-history-none = С { $since } тревог не было.

# --- Что человек назвал нормой
normal-none = Руками ничего нормой не названо: что обычно, Вахта выучивает сама. Если тревога напрасна, так и скажите: <code>/normal cpu</code>
normal-title = 👌 <b>Названо нормой</b>
normal-one-above = • { $what }: до { $high }, сказано { $at }
normal-one-below = • { $what }: от { $low }, сказано { $at }
normal-one-both = • { $what }: от { $low } до { $high }, сказано { $at }
normal-without-rule = • { $what }: правило <code>{ $rule }</code> больше не объявлено
normal-said-above = 👌 <b>{ $what }</b>: до { $high } — отныне норма.
normal-said-below = 👌 <b>{ $what }</b>: от { $low } — отныне норма.
normal-said-both = 👌 <b>{ $what }</b>: от { $low } до { $high } — отныне норма.
normal-closes = Тревога об этом сейчас закроется.
normal-undone = ↩️ <b>{ $what }</b>: сказанное о норме забыто, выученное в силе.
normal-nothing = <b>{ $what }</b>: нормой ничего не названо.
normal-declared = <b>{ $what }</b>: предел здесь объявлен, а не выучен: правило <code>{ $rule }</code>. Он меняется в файле, на который указывает <code>VAKHTA_CONFIG</code>. Чтобы побыть в тишине: /mute
normal-no-rule = <b>{ $what }</b>: ни одно правило не выучивает, что здесь обычно: говорить о норме некому.
normal-unseen = <b>{ $what }</b>: в последнее время ничего не записано, и назвать нормой нечего.

# --- Тишина
scope-all = Все предупреждения
scope-critical = Критические тревоги
scope-host = Сервер
scope-project = Проект { $name }
scope-container = Контейнер { $name }
scope-rule = Правило { $name }
scope-incident = Происшествие { $name }
mute-quiet-hours = Тихие часы
mute-none = Ничего не отложено. На сколько отложить предупреждения?
mute-on = 🔕 { $critical ->
    [held] Всё подождёт до { $until }, критические тревоги тоже. Об отложенном расскажу { $after ->
        [digest] в сводке
       *[told] в конце
    }.
   *[through] Предупреждения подождут до { $until }. Критические тревоги придут сразу, об отложенном расскажу { $after ->
        [digest] в сводке
       *[told] в конце
    }.
}
mute-on-of = 🔕 <b>{ $what }</b>: { $critical ->
    [held] всё подождёт до { $until }, критические тревоги тоже. Об отложенном расскажу { $after ->
        [digest] в сводке
       *[told] в конце
    }.
   *[through] предупреждения подождут до { $until }. Критические тревоги придут сразу, об отложенном расскажу { $after ->
        [digest] в сводке
       *[told] в конце
    }.
}
mute-listed = 🔕 <b>{ $what }</b>: тишина до { $until }
mute-listed-declared = 🌙 <b>{ $what }</b> до { $until }
mute-coming = 🌙 <b>{ $what }</b> с { $from } до { $until }
mute-critical-too = критические тревоги тоже
mute-by-script = из скрипта
mute-critical = Критические тревоги приходят и сейчас.
mute-critical-else = Остальные критические тревоги приходят и сейчас.
mute-holds = <b>Пока отложено:</b>
mute-how-long = 🔕 <b>{ $what }</b>: на сколько отложить предупреждения?
mute-which = Что такое <code>{ $name }</code>?
mute-near = Нет ничего по имени <code>{ $name }</code>. Может быть:
mute-no-such = Нет ничего по имени <code>{ $name }</code>: ни контейнера, ни проекта, ни правила.
mute-blind = Docker не отвечает, и неизвестно, что такое <code>{ $name }</code>. Напишите <code>project:{ $name }</code> или <code>container:{ $name }</code>.
    <i>{ $why }</i>
mute-off = 🔔 Тревоги снова приходят сразу.
mute-off-one = 🔔 <b>{ $what }</b>: тишина снята.
mute-off-nothing = По имени <code>{ $name }</code> ничего не отложено.
mute-nothing = Сейчас не отложено ничего.
mute-still = Ещё отложено:
mute-held = 🔔 Тишина кончилась. За это время:
mute-held-of = 🔔 <b>{ $what }</b>: тишина кончилась. За это время:

# --- Происшествия
incident-late = ⏳ Случилось { $at }, сообщить удалось только { $now }.
incident-continued = ⤵ { $number }: продолжение в новом сообщении
incident-again = 🔁 Возвращалось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}.
incident-back = ✅ <b>{ $what }</b>: всё поднялось за { $lasting }
incident-busy = Самые занятые в тот момент:
incident-changes = Незадолго до этого:
incident-changes-earlier = … и раньше ещё { $count }
incident-course-back = все поднялись
incident-course-down = { $count ->
    [one] лежит { $count }
   *[many] лежат { $count }
}
incident-course-well = всё в норме
incident-course-wrong = не так: { $count }
incident-down = { $count ->
    [one] лежит { $count } контейнер
    [few] лежат { $count } контейнера
   *[many] лежат { $count } контейнеров
}
incident-footer = <i>{ $number }</i>
incident-footer-next = <i>{ $number } · напомню в { $at }, если не пройдёт</i>
incident-head = { $sign } <b>{ $what }</b>: { $rest }
incident-ill = { $count ->
    [one] беда с { $count } контейнером
   *[many] беда с { $count } контейнерами
}
incident-lasted = { $since } – { $until } ({ $lasting })
incident-listed-taken = ✔ Взято ({ $at })
incident-machine = Сервер
incident-more = ещё { $count }
incident-needed = { $name } и те, кому он нужен
incident-noisy = То есть, то нет: о том же пока без звука.
incident-since = С { $since } ({ $lasting })
incident-stale = ↻ Кнопка была от прежнего состояния; вот как сейчас ({ $at }).
incident-taken = ✔ Взял <code>{ $by }</code> ({ $at }): без напоминаний.
incident-taken-you = ✔ Вы взяли это на себя ({ $at }): без напоминаний.
incident-well = ✅ <b>{ $what }</b>: всё снова в норме через { $lasting }
changed-began = Вахта начала следить
changed-booted = сервер загрузился
changed-healed = освобождено место на { $name }
changed-restarted = { $name } перезапущен
changed-stopped = { $name } остановлен
changed-updated = { $name } обновлён
ack-already = ✔ { $number } уже за вами.
ack-done = ✔ { $number } за вами: без напоминаний, о том же без звука. Если станет хуже, скажу вслух.
ack-none = 🟢 Нет ничего, что надо было бы взять на себя.
ack-over = { $number } уже позади.
ack-which = Которое из них?
no-incident = Нет происшествия #{ $number }. Список: /alerts
why-none = 🟢 За последние семь дней ничего не случилось.
why-page = Страница { $page } из { $count }
why-rule = 📏 <code>{ $rule }</code>: { $what }
why-rule-absence = нет данных { $after }
why-rule-ceiling = предупреждение от { $at } в любом случае
why-rule-clear = проходит после { $clear } покоя
why-rule-critical = критично от { $at }, назад при { $back }
why-rule-floor = ниже { $floor } никогда
why-rule-for = сообщать, если длится { $for }
why-rule-full-critical = критично, если заполнится скорее чем за { $under }, назад при { $until }
why-rule-full-warning = предупреждение, если заполнится скорее чем за { $under }, назад при { $until }
why-rule-mean = среднее за { $over }
why-rule-novelty = не похоже ни на что за три недели и дальше { $least } от среднего за сутки
why-rule-page = сообщать, только если { $what } за пределом { $at }
why-rule-sigma = дальше { $k } отклонений и { $least } от среднего за { $window }
why-rule-warning = предупреждение от { $at }, назад при { $back }
why-rule-with = критично, только если { $what } за пределом { $at }
why-step-clearing = 👀 { $what } { $value }: снова хорошо, наблюдаем
why-step-dismissed = { $what } { $value }: прошло раньше, чем стало тревогой
why-step-eased = 🟠 { $what } { $value }: уже не критично, предел { $limit }
why-step-fired = 🟠 { $what } { $value }: тревога, предел { $limit }
why-step-fired-critical = 🔴 { $what } { $value }: тревога, предел { $limit }
why-step-flapping = { $what } { $value }: то есть, то нет, предел { $limit }
why-step-gone = ☑️ { $what }: этого больше нет
why-step-held = { $what } { $value }: как и было
why-step-noted = 🔎 { $what } { $value }: не как обычно, отмечено; предел { $limit }
why-step-recovered = ✅ { $what } { $value }: снова хорошо
why-step-relapsed = 🟠 { $what } { $value }: та же тревога снова, предел { $limit }
why-step-returned = { $what } { $value }: снова плохо, не успев пройти, предел { $limit }
why-step-settled = ☑️ { $what } { $value }: теперь это норма
why-step-steadied = { $what } { $value }: плохо без перерыва, предел { $limit }
why-step-suspected = 👀 { $what } { $value }: впервые плохо, предел { $limit }
why-step-withdrawn = ☑️ { $what }: правило больше не объявлено
why-step-worsened = 🔴 { $what } { $value }: теперь критично, предел { $limit }
why-edited = ✏️ карточка обновлена ({ $who })
why-held = 🔕 отложено тишиной ({ $who })
why-late = с опозданием на { $late }: новость от { $at }
why-released = ↩ отпущено ({ $who })
why-released-worse = ↩ стало хуже: теперь ни за кем
why-reminded = ⏰ длится: пора напомнить
why-taken = ✔ взято ({ $who })
why-reason-again = плохо { $lasted }, перед этим покой { $needed }
why-reason-calm = хорошо { $lasted }, до того возвращалось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}
why-reason-cut = через { $lasted }
why-reason-ill = плохо { $lasted }, надо было { $needed }
why-reason-steady = плохо { $lasted } без перерыва, до того возвращалось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}
why-reason-unsteady = возвращалось { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
} за { $lasted }
why-reason-well = хорошо { $lasted }, надо было { $needed }
why-together = 📨 сообщено вместе с другими ({ $who })
why-told = 📨 сообщено ({ $who })
why-you = вы
incident-catch-up = ⏳ С { $since } до { $until } сообщить было нельзя: { $count ->
    [one] { $count } происшествие
    [few] { $count } происшествия
   *[many] { $count } происшествий
 }

# --- Контейнеры
state-running = работает
state-unhealthy = нездоров, работает
state-starting = запускается, работает
state-paused = приостановлен
state-restarting = перезапускается
state-created = не запускался
state-removing = удаляется
state-exited = остановлен
state-exited-well = остановлен { $ago } назад
state-exited-ill = остановлен { $ago } назад, код { $code }
state-dead = не удалился
ps-title = 🐳 <b>Работает { $running }</b> из { $total }
ps-project = <b>{ $project }</b> · { $running } из { $total }
ps-none = 🐳 Docker отвечает, контейнеров нет.
ps-none-such = Нет контейнера, в имени которого есть <code>{ $part }</code>.
which-container = { $count ->
    [1] Только у одного контейнера в имени есть <code>{ $name }</code>. Этот?
    [one] <code>{ $name }</code> есть в имени { $count } контейнера. Какой?
   *[other] <code>{ $name }</code> есть в имени { $count } контейнеров. Какой?
}
no-container = Нет контейнера <code>{ $name }</code>. Список: /ps
no-container-near = Нет контейнера <code>{ $name }</code>. Может быть:
logs-title = 📋 <b>{ $name }</b>, { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[other] { $count } строк
}, { $span }
logs-empty = 📋 <b>{ $name }</b> ничего не писал в лог.
logs-nothing-fits = 📋 В логе <b>{ $name }</b> ничего подходящего нет.
logs-searched = Поиск затянулся: { $count ->
    [one] просмотрена только последняя { $count } строка.
    [few] просмотрены только последние { $count } строки.
   *[other] просмотрены только последние { $count } строк.
}
logs-following = 📡 Слежу за <b>{ $name }</b> с { $since } до { $until }
logs-follow-stopped = ⏹ Следил за <b>{ $name }</b> { $lasting }.
logs-follow-replaced = ⏹ Следил за <b>{ $name }</b> { $lasting }; теперь слежу в другом сообщении.
logs-follow-over = ⏹ Следил за <b>{ $name }</b> { $lasting }, дольше подряд не слежу.
logs-follow-leaving = ⏹ Следил за <b>{ $name }</b> { $lasting }; сейчас останавливается сама Вахта.
logs-follow-ended = ⏹ Следил за <b>{ $name }</b> { $lasting }, до конца.
logs-follow-broke = Docker дальше не читает: <i>{ $why }</i>
logs-follow-not-here = 📋 <b>{ $name }</b>. Следить за логом можно в чате, а не в терминале; вот что в нём сейчас.
logs-fate-exited = <b>{ $name }</b> завершился с кодом { $code }.
logs-fate-ended = Лог <b>{ $name }</b> закончился.
logs-fate-restarting = <b>{ $name }</b> завершился с кодом { $code } и запускается снова.
logs-fate-gone = <b>{ $name }</b> удалён.
logs-file = 📄 <b>{ $name }</b>, { $count ->
    [one] { $count } строка
    [few] { $count } строки
   *[other] { $count } строк
} из прочитанных { $read }
logs-file-cut = Более старые строки в файл не поместились.
logs-file-unfinished = Прочитано только до { $until }: <i>{ $why }</i>
logs-file-slow = чтение заняло больше двух минут; с более поздним --since выйдет быстрее
logs-wrong-option = Здесь нет <code>{ $what }</code>.
logs-wrong-value = После <code>{ $what }</code> должно что-то стоять.
logs-wrong-number = <code>{ $what }</code> — не число строк.
logs-wrong-time = <code>{ $what }</code> — не время: напишите <code>30m</code>, <code>2h</code>, <code>14:30</code> или <code>2026-11-26 14:30</code>.
logs-wrong-order = До <code>{ $what }</code> ничего не будет: это раньше начала.
logs-wrong-level = <code>{ $what }</code> — не уровень: trace, debug, info, warn, error, fatal.
logs-wrong-long = <code>{ $what }</code> — слишком длинный образец.
logs-wrong-everywhere = <code>{ $what }</code> найдётся в каждой строке.
logs-wrong-names = Не больше { $what } контейнеров сразу.
logs-wrong-follow = Когда следят, <code>--until { $what }</code> не бывает.
hand-sure = { $verb ->
    [start] Запустить
    [stop] Остановить
    [restart] Перезапустить
    [pause] Поставить на паузу
    [unpause] Снять с паузы
   *[kill] Убить
} <b>{ $name }</b>? Сейчас: { $state }.
hand-sure-project = { $verb ->
    [start] Запустить
    [stop] Остановить
    [restart] Перезапустить
    [pause] Поставить на паузу
    [unpause] Снять с паузы
   *[kill] Убить
} проект <b>{ $project }</b>: { $count ->
    [one] { $count } контейнер
    [few] { $count } контейнера
   *[many] { $count } контейнеров
}?
hand-sure-several = { $verb ->
    [start] Запустить
    [stop] Остановить
    [restart] Перезапустить
    [pause] Поставить на паузу
    [unpause] Снять с паузы
   *[kill] Убить
} { $count ->
    [one] { $count } контейнер
    [few] { $count } контейнера
   *[many] { $count } контейнеров
}?
hand-changed = ⚠️ С тех пор, как я спросила, контейнеры стали другими. Ещё раз:
hand-order = По порядку: <b>{ $names }</b>
hand-ran = Работает уже { $lasting }.
hand-starts-it = Перезапуск его запустит.
hand-at-once = Завершится сразу и не успеет дописать начатое.
hand-frozen = Память останется за ним, а отвечать он не будет, пока не снять с паузы.
hand-patience = Остановка может занять до { $lasting }.
hand-ports = Порты: { $ports }
hand-volumes = Тома останутся как есть: { $volumes }
hand-network-after = Следом перезапущу тех, кто в его сети: <b>{ $names }</b>
hand-network-lost = ⚠️ Останутся без сети, она у них общая: <b>{ $names }</b>
hand-dependants = От него зависят: { $names }
hand-left = Останутся как есть: { $names }
hand-place = ({ $number } из { $total })
hand-going = ⏳ { $verb ->
    [start] Запускаю
    [stop] Останавливаю
    [restart] Перезапускаю
    [pause] Ставлю на паузу
    [unpause] Снимаю с паузы
   *[kill] Убиваю
} <b>{ $name }</b>{ $place } …
hand-watching = ⏳ <b>{ $name }</b> работает; понаблюдаю несколько секунд …
hand-watching-all = ⏳ Всё сделано ({ $count }); понаблюдаю несколько секунд …
hand-done = { $verb ->
    [start] ✅ <b>{ $name }</b> запущен за { $took } и работает.
    [stop] ✅ <b>{ $name }</b> остановлен за { $took }.
    [restart] ✅ <b>{ $name }</b> перезапущен за { $took } и работает.
    [pause] ⏸ <b>{ $name }</b> на паузе.
    [unpause] ✅ <b>{ $name }</b> снят с паузы и работает.
   *[kill] ✅ <b>{ $name }</b> убит.
}
hand-healthy = Проверка здоровья проходит.
hand-starting = Проверка здоровья ещё не ответила.
hand-unhealthy = 🔴 <b>{ $name }</b> работает, но проверка здоровья не проходит.
hand-finished = ⚪ <b>{ $name }</b> отработал и завершился сам, код 0.
hand-ended = 🔴 <b>{ $name }</b> { $verb ->
    [start] запущен и снова завершился
    [restart] перезапущен и снова завершился
   *[other] завершился сам
}, код { $code }.
hand-ended-after = 🔴 <b>{ $name }</b> { $verb ->
    [start] запущен
   *[other] перезапущен
} и снова завершился через { $lasted }, код { $code }.
hand-loops = 🔴 <b>{ $name }</b> всё время завершается, код { $code }; Docker запускает его снова и снова.
hand-removed = ✅ <b>{ $name }</b> завершился и удалён: так он был создан.
hand-back = ⚠️ <b>{ $name }</b> завершился и снова работает: его кто-то запустил.
hand-halfway = 🔴 <b>{ $name }</b> остановлен, а снова не запустился.
hand-not = ⚠️ <b>{ $name }</b> { $verb ->
    [start] не запущен.
    [stop] не остановлен: он всё ещё работает.
    [restart] не перезапущен: это всё тот же запуск.
    [pause] не поставлен на паузу.
    [unpause] не снят с паузы.
   *[kill] не убит: он всё ещё работает.
}
hand-late = ❔ Docker не ответил о <b>{ $name }</b>, и пока ничего не изменилось. Это ещё может случиться: посмотрите через минуту.
hand-late-some = ❔ Docker не ответил, пока ничего не изменилось, но ещё может: { $names }
hand-unknown = ❔ Чем кончился приказ о <b>{ $name }</b>, неизвестно. Посмотрите ещё раз или на сервере: <code>docker ps -a</code>.
hand-open = 🟡 Работают, проверка здоровья ещё не ответила: { $names }
hand-untried = ⚪ Не тронуты: { $names }
hand-all = ✅ { $verb ->
    [start] Запущено
    [stop] Остановлено
    [restart] Перезапущено
    [pause] На паузе
    [unpause] Снято с паузы
   *[kill] Убито
}: { $count } из { $total }, за { $took }
hand-some = ⚠️ { $verb ->
    [start] Запущено
    [stop] Остановлено
    [restart] Перезапущено
    [pause] На паузе
    [unpause] Снято с паузы
   *[kill] Убито
}: только { $count } из { $total }, за { $took }
hand-already = <b>{ $name }</b> и так { $state }.
hand-instead = <b>{ $name }</b>: { $state }. Может быть, нужно это:
hand-never = <b>{ $name }</b>: { $state }; сейчас с ним этого не сделать.
hand-nothing = Делать нечего.
hand-which = <code>{ $name }</code> — это и контейнер, и проект. Что из них?
hand-which-part = Точно <code>{ $name }</code> не называется никто; { $count ->
    [1] такая часть есть в одном имени. Это оно?
    [one] такая часть есть в { $count } имени. Какое?
   *[other] такая часть есть в { $count } именах. Какое?
}
hand-own = <b>{ $name }</b> — это сама Вахта, и себя я не трогаю; на сервере есть <code>docker compose</code>.
hand-own-network = Вахта сидит в сети <b>{ $name }</b>: я отрезала бы себя и не смогла бы сказать, чем кончилось. Сделайте это на сервере.
hand-protected = На <b>{ $name }</b> метка <code>vakhta.protect=true</code>: не трогаю.
hand-gone = <b>{ $name }</b> больше нет.
hand-stranger = <b>{ $name }</b> создан заново с тех пор, как я спросила, и может быть уже другим. Если нужен он, спросите ещё раз.
hand-successor = (<b>{ $name }</b> создан заново с тех пор, как я спросила: взяла новый той же службы.)
box-load = Процессор { $cpu } ядра · память { $memory }
box-healthy = Проверка здоровья проходит
box-image = Образ <code>{ $image }</code>
box-project = Проект { $project }, служба { $service }
box-network = Сидит в сети { $name }
box-restarts = { $count ->
    [one] Docker перезапускал его сам { $count } раз
    [few] Docker перезапускал его сам { $count } раза
   *[many] Docker перезапускал его сам { $count } раз
}
box-memory-out = ⚠️ В прошлый раз ему не хватило памяти
engine-unreachable = 🐳 Docker не отвечает. Запущен ли он и виден ли отсюда его сокет?
    <i>{ $why }</i>
engine-refused = 🐳 Docker отказал:
    <i>{ $why }</i>
engine-unanswered = 🐳 Docker не ответил вовремя, поэтому ничего не начато; попробуйте ещё раз.
    <i>{ $why }</i>
engine-slow = 🐳 Docker не ответил вовремя, спросите ещё раз.
    <i>{ $why }</i>
engine-garbled = 🐳 Ответ Docker не удалось понять.
    <i>{ $why }</i>
forbidden-call = 🔒 Фильтр перед Docker этого не разрешает: <b>{ $right }</b>. Ничего не сделано.
    Чтобы разрешить: <code>vakhta docker-policy --profile { $profile }</code> напечатает, что должен пропускать прокси.
missing-call = 🐳 Этот движок такого не умеет: <b>{ $right }</b>. Ничего не сделано.
reach-unknown = Docker: что мне разрешено, пока неизвестно
reach-all = Docker: всё, что я умею, разрешено
reach-no-removing = 🔒 Docker: смотреть, запускать и останавливать можно, удалять нельзя.
reach-read-only = 🔒 Docker: только чтение.
reach-parts = 🔒 Docker: под запретом { $what }.
may-version = его версия
may-info = сведения о движке
may-events = события
may-list = список контейнеров
may-inspect = подробности о контейнере
may-logs = журналы
may-stats = нагрузка контейнеров
may-top = процессы контейнера
may-networks = сети
may-disk-usage = занятое место
may-inspect-image = подробности об образе
may-start = запуск контейнеров
may-stop = остановка контейнеров
may-restart = перезапуск контейнеров
may-kill = принудительное завершение контейнеров
may-pause = заморозка контейнеров
may-unpause = разморозка контейнеров
may-prune-build-cache = удаление кэша сборки
may-prune-images = удаление безымянных образов
may-remove-container = удаление контейнеров
may-remove-image = удаление образов
host-failed = Не удалось прочитать состояние сервера.
    <i>{ $why }</i>
store-failed = Хранилище Вахты не отвечает.
    <i>{ $why }</i>
job-failed = Не вышло.
    <i>{ $why }</i>

# --- Контейнеры, образы, тома, сети: подробно
button-top = ⚙️ Процессы
button-by-cpu = По процессору
button-by-memory = По памяти
looks-heading = { $sign } <b>{ $name }</b> · { $state }
looks-nobody = никто
looks-size-unknown = размер неизвестен
looks-containers = { $count ->
    [one] { $count } контейнер
    [few] { $count } контейнера
   *[many] { $count } контейнеров
}
stats-title = 📊 <b>{ $count ->
    [one] Работает { $count } контейнер
    [few] Работают { $count } контейнера
   *[many] Работает { $count } контейнеров
}</b>
    Процессор { $cpu } (100 % — одно ядро), память { $memory }
stats-bars-cpu = Процессор по контейнерам
stats-bars-memory = Память по контейнерам
stats-bar-cpu = { $cpu } одного ядра
stats-container = Контейнер
stats-none = 📊 Ни один контейнер не работает.
stats-unknown = <i>О { $count ->
    [one] { $count } контейнере
   *[other] { $count } контейнерах
} пока ничего не известно.</i>
stats-by-engine = <i>Спрошено у Docker, { $known } из { $count }: цифры самого ядра отсюда не видны ({ $why }).</i>
stats-still = Он не работает и сейчас ничего не занимает. Что занимал раньше:
stats-cpu = Процессор { $cpu } от одного ядра
stats-memory = Память { $used }
stats-memory-of = Память { $used } из { $limit } ({ $percent })
stats-network = Сеть с запуска ↓ { $received } ↑ { $sent }
stats-disk = Диск с запуска: прочитано { $read }, записано { $written }
stats-pids = Процессов и потоков: { $count }
inspect-up = Работает { $lasting }
inspect-ended = Завершился { $ago } назад, код { $code }
inspect-memory = ⚠️ Ядро убило его: не хватило памяти.
inspect-restarts = { $count ->
    [one] Docker перезапускал его { $count } раз.
    [few] Docker перезапускал его { $count } раза.
   *[many] Docker перезапускал его { $count } раз.
}
inspect-image = <b>Образ</b> <code>{ $image }</code>
inspect-made = <b>Создан</b> { $ago } назад
inspect-command = <b>Команда</b> <code>{ $command }</code>
inspect-policy = <b>Перезапуск</b> { $policy }
inspect-limits = <b>Лимиты</b> { $limits }
inspect-no-limits = <b>Лимиты</b> не заданы
inspect-ports = <b>Порты</b>
inspect-mounts = <b>Смонтировано</b>
inspect-read-only = только чтение
inspect-networks = <b>Сети</b>
inspect-health = <b>Проверки здоровья</b>, новые сверху
inspect-check-ill = 🔴 { $at } код { $code }: { $output }
inspect-log = <b>Лог</b> { $driver }
inspect-log-bounded = <b>Лог</b> { $driver }, начинается заново на { $most }
inspect-log-endless = <b>Лог</b> ⚠️ { $driver } без <code>max-size</code>: растёт, пока не кончится место
inspect-project = <b>Compose</b> проект { $project }
inspect-compose = <b>Compose</b> проект { $project }, сервис { $service }
inspect-labels = <b>Метки</b> { $labels }
inspect-environment = <b>Переменные</b>, только имена: { $names }
policy-no = никогда
policy-always = всегда
policy-unless-stopped = всегда, если его не остановили вручную
policy-on-failure = после сбоя
policy-on-failure-most = { $count ->
    [one] после сбоя, не больше { $count } раза
   *[other] после сбоя, не больше { $count } раз
}
limit-cpu = { $cores } CPU
limit-memory = память { $bytes }
limit-memory-and-swap = с подкачкой { $bytes }
limit-pids = { $count ->
    [one] { $count } процесс
    [few] { $count } процесса
   *[many] { $count } процессов
}
top-count = { $count ->
    [one] { $count } процесс
    [few] { $count } процесса
   *[many] { $count } процессов
}
top-none = Он не работает: процессов нет.
top-time = ВРЕМЯ
images-made = собран { $age } назад
images-age-unknown = возраст неизвестен
images-title = 🖼 <b>{ $count ->
    [one] { $count } образ
    [few] { $count } образа
   *[many] { $count } образов
}</b>, не больше { $size } (слои у них общие)
images-none = 🖼 Образов нет.
images-unused = Не нужны ни одному контейнеру: { $count }, до { $size }
images-dangling = Без имени и не нужны: { $count }. /fix может освободить до { $size }
images-nameless = без имени, { $id }
images-one = <b>{ $name }</b>
    { $size } · { $age } · использует: { $used }
volumes-title = 💾 <b>{ $count ->
    [one] { $count } том
    [few] { $count } тома
   *[many] { $count } томов
}</b>, { $size }
volumes-none = 💾 Томов нет.
volumes-unknown = { $count ->
    [one] Размер { $count } тома неизвестен.
   *[other] Размеры { $count } томов неизвестны.
}
volumes-safe = <i>Вахта никогда не удаляет тома.</i>
volumes-one = <b>{ $name }</b>
    { $size } · использует: { $used }
networks-title = 🔌 <b>{ $count ->
    [one] { $count } сеть
    [few] { $count } сети
   *[many] { $count } сетей
}</b>
networks-nobody = никого
networks-none = 🔌 Сетей нет.
networks-internal = без выхода наружу
networks-one = <b>{ $name }</b>{ $kind }
    { $within }
networks-within = в ней: { $names }
events-title = 🗒 За <b>{ $lasting }</b>: что-то было { $count ->
    [one] с { $count } контейнером
   *[other] с { $count } контейнерами
}
events-none = 🗒 За <b>{ $lasting }</b> Docker не помнит, чтобы с контейнерами что-то было.
events-one = <b>{ $name }</b> · { $when }
    { $what }
events-limits = <i>Docker хранит 256 последних событий и не говорит, кто за ними стоит. Проверки здоровья опущены.</i>
happened-create = создан
happened-start = запущен
happened-die = завершился
happened-die-code = завершился (код { $code })
happened-oom = не хватило памяти
happened-signal = получил сигнал { $signal }
happened-signal-unknown = получил сигнал
happened-stop-code = остановлен (код { $code })
happened-stop = остановлен
happened-restart-code = перезапущен (код { $code })
happened-restart = перезапущен
happened-pause = приостановлен
happened-unpause = продолжен
happened-destroy = удалён
happened-rename = переименован из { $from }
happened-healthy = здоров
happened-unhealthy = нездоров
happened-starting = здоровье пока неизвестно

# --- Что стало с контейнерами
verdict-crashed = 🔴 <b>{ $name }</b> упал: код выхода { $code }
verdict-crashed-back = 🟠 <b>{ $name }</b> падал: код выхода { $code }
verdict-memory = 🔴 <b>{ $name }</b> убит: не хватило памяти
verdict-memory-back = 🟠 <b>{ $name }</b> был убит: не хватило памяти
verdict-memory-part = 🟠 <b>{ $name }</b>: не хватило памяти
verdict-memory-part-why = Ядро убило в нём процесс; сам контейнер работает дальше.
verdict-loop = 🔴 <b>{ $name }</b> перезапускается снова и снова: код выхода { $code }
verdict-loop-memory = 🔴 <b>{ $name }</b>: памяти не хватает снова и снова
verdict-restarts = Перезапусков: { $count } за { $within }.
verdict-unasked = Никто его не останавливал.
verdict-back = Docker запустил его снова.
verdict-down = Снова его никто не запустил.
verdict-times = { $count }-й раз за { $within }.
verdict-ill = 🟠 <b>{ $name }</b> нездоров
verdict-ill-why = Он работает, но не проходит свою проверку.
verdict-well = ✅ <b>{ $name }</b> снова здоров
verdict-well-why = Был нездоров { $lasting }.
verdict-up = ✅ <b>{ $name }</b> снова работает
verdict-up-why = Лежал { $lasting }.
verdict-calm = ✅ <b>{ $name }</b> больше не перезапускается
verdict-calm-why = Перезапускался снова и снова { $lasting }.
verdict-gone = ☑️ <b>{ $name }</b> удалён
verdict-gone-why = Что с ним было не так, закрыто.
verdict-unseen = Это случилось, пока меня не было.
verdict-unseen-at = { $at }, пока меня не было.
verdict-slipped = 🟠 <b>{ $name }</b> завершился, Docker запустил его снова
verdict-slipped-why = { $count ->
    [one] С последнего запуска вручную Docker перезапустил его { $count } раз.
    [few] С последнего запуска вручную Docker перезапустил его { $count } раза.
   *[other] С последнего запуска вручную Docker перезапустил его { $count } раз.
}
verdict-stopped = ⚪ <b>{ $name }</b> остановлен: код выхода { $code }
verdict-ended = ⚪ <b>{ $name }</b> завершился: код выхода { $code }
verdict-restarted = 🔁 <b>{ $name }</b> перезапущен
verdict-updated = 🔁 <b>{ $name }</b> обновлён
verdict-engine-lost = 🔴 <b>Docker</b> не отвечает: { $count ->
    [one] { $count } контейнер
    [few] { $count } контейнера
   *[many] { $count } контейнеров
}
verdict-engine-lost-why = Молчит с { $since }; что сейчас с контейнерами, неизвестно.
verdict-engine-back = ✅ <b>Docker</b> снова отвечает, его не было { $away }
verdict-engine-back-why = { $count ->
    [one] Снова работает { $count } контейнер, как и до того
    [few] Снова работают все { $count } контейнера
   *[many] Снова работают все { $count } контейнеров
}.
verdict-engine-down = 🔴 <b>Docker</b> снова отвечает, его не было { $away }, но поднялись не все
verdict-engine-rebooted = 🔴 <b>Хост перезагружали</b>, поднялись не все контейнеры
verdict-engine-passed = 🔴 <b>Работают не все контейнеры</b>: что-то остановило их, пока меня не было
verdict-engine-down-why = { $down } из { $count } не поднялись: { $names }

# --- Лечение
remedy-build-cache = кэш сборки
remedy-dangling-images = образы без имени
remedy-stopped-containers = давно остановленные контейнеры
remedy-unused-images = давно не нужные образы
remedy-own-leftovers = мои отложенные повреждённые базы
fix-hook = ваша программа { $name }
fix-plan = 🩹 На <b>{ $mount }</b> свободно { $available }. Что можно убрать:
fix-step = <b>{ $number }.</b> { $what }: { $count } шт., до { $bytes }
fix-step-hook = <b>{ $number }.</b> { $what }: сколько освободит, знает только она
fix-loss-pulled = <i>скачаются снова, когда понадобятся</i>
fix-loss-rebuilt = <i>следующая сборка займёт больше времени</i>
fix-loss-gone = <i>это насовсем</i>
fix-question = 🩹 На <b>{ $mount }</b> свободно { $available }. Сделать это?
fix-no-step = Шага { $number } нет; всего { $count ->
    [one] { $count } шаг
    [few] { $count } шага
   *[many] { $count } шагов
}.
fix-changed = ⚠️ С тех пор всё изменилось, поэтому ничего не сделано. Как сейчас:
fix-hoards = 👀 Занимает место, и решать вам:
fix-hoard-volume = • том <code>{ $name }</code>: { $bytes }
fix-hoard-log = • лог <code>{ $name }</code>: { $bytes }
fix-hoard-log-endless = • лог <code>{ $name }</code>: { $bytes }, растёт без предела
fix-hoard-layer = • <code>{ $name }</code> записал внутри себя { $bytes }
fix-hoard-place = • <code>{ $name }</code>: { $bytes }
fix-hoard-unmeasured = • логи без предела, размер неизвестен: { $names }
       <i>{ $why }</i>
fix-hoard-not-whole = • Обойти все каталоги не хватило времени: могут быть и больше.
fix-logs-compose = 📜 Docker хранит вывод контейнера вечно, если не сказать иначе. Для одного сервиса, в <code>compose.yaml</code>:
fix-logs-daemon = Для всех новых контейнеров, в <code>/etc/docker/daemon.json</code>:
fix-logs-why = Действует на контейнеры, созданные после этого: <code>docker compose up -d --force-recreate</code>. Старый лог уйдёт вместе со старым контейнером. Сам я логи не обрезаю: может быть, это всё, что у вас есть.
fix-safe = Тома и всё, что используется, остаются.
fix-observed = Ничего не сделано: лечение только смотрит (<code>mode = "observe"</code>). /fix сделает, спросив.
fix-helpless = 🩹 На <b>{ $mount }</b> свободно { $available }. Из того, что можно безопасно убрать, ничего не поможет, или это уже пробовали. Посмотрите, что растёт: логи, базы, копии.
fix-nothing = 🩹 На <b>{ $mount }</b> свободно { $available }. Там нечего безопасно убрать самому: ни кэша сборки, ни ненужных образов, ни давно остановленных контейнеров.
fix-none-allowed = 🩹 На <b>{ $mount }</b> свободно { $available }. Кое-что там можно было бы убрать, но мне это не разрешено:
fix-barred = 🔒 { $what }: { $count } шт., до { $bytes }
fix-barred-why = <i>Фильтр перед Docker этого не разрешает.</i> <code>vakhta docker-policy --profile { $profile }</code> <i>напечатает, что должен пропускать прокси.</i>
fix-going = ⏳ <b>{ $mount }</b>, шаг { $number } из { $count }: { $what } …
fix-done = ✅ <b>{ $mount }</b>: освобождено { $freed }, теперь свободно { $after }.
fix-done-nothing = ⚠️ <b>{ $mount }</b>: ничего не освободилось, свободно { $after }.
fix-did = • { $what }: удалено { $count }
fix-did-freed = • { $what }: удалено { $count }, освобождено { $freed }
fix-claimed = <i>↳ Docker говорит { $claimed }: остальное общее с тем, что осталось, или уже занято снова</i>
fix-hook-did = • { $what }: выполнена, освобождено { $freed }
fix-hook-failed = • { $what }: не вышло.
    <i>{ $why }</i>
fix-failed = • { $what }: удалено { $count }, дальше не вышло. Ответ был:
    <i>{ $why }</i>
# Что сделано с инцидентом, на его карточке.
heal-since-ill = нездоров с { $at }
heal-since-down = лежит с { $at }
heal-restarted = перезапущен в { $at } ({ $attempt } из { $of })
heal-restarted-asked = перезапущен в { $at } по кнопке ({ $attempt } из { $of })
heal-starting = запускаю с { $at } ({ $attempt } из { $of })
heal-restarting = перезапускаю с { $at } ({ $attempt } из { $of })
heal-start-tried = пробовал запустить в { $at } ({ $attempt } из { $of })
heal-restart-tried = пробовал перезапустить в { $at } ({ $attempt } из { $of })
heal-started = запущен в { $at } ({ $attempt } из { $of })
heal-started-asked = запущен в { $at } по кнопке ({ $attempt } из { $of })
heal-along = вместе с { $names }
heal-looking = смотрю, поможет ли
heal-helped = помогло: в порядке с { $at }
heal-helped-ill = здоров с { $at }
heal-helped-down = работает с { $at }
heal-failed = не помогло
heal-refused = Docker отказал: { $why }
heal-unknown = неизвестно, сделано ли: { $why }
heal-done = Docker выполнил
heal-done-along = Docker выполнил и заодно перезапустил { $names }
heal-offer-restart = Может помочь перезапуск ({ $attempt } из { $of }). Перезапустить?
heal-offer-start = Можно запустить снова ({ $attempt } из { $of }). Запустить?
heal-observed-restart = 👀 { $at } <b>{ $name }</b> стоило бы перезапустить; лечение только смотрит.
heal-observed-start = 👀 { $at } <b>{ $name }</b> стоило бы запустить; лечение только смотрит.
heal-declined = 🔧 <b>{ $name }</b> оставляю как есть: так решили в { $at }.
heal-gave-up = ⛔ <b>{ $name }</b>: за час { $count ->
    [one] { $count } попытка
    [few] { $count } попытки
   *[other] { $count } попыток
}, надолго не помогает. Дальше — за вами.
heal-gave-up-looping = ⛔ <b>{ $name }</b> падает сразу после запуска. Дальше — за вами; причина, возможно, в логе.
heal-forbidden = 🔒 <b>{ $name }</b>: фильтр перед Docker этого не разрешает ({ $right }), поэтому не трогаю. <code>vakhta docker-policy --profile { $profile }</code> напечатает, что он должен пропускать.
heal-breaker = 🧯 { $count ->
    [one] { $count } попытка подряд не помогла
    [few] { $count } попытки подряд не помогли
   *[other] { $count } попыток подряд не помогли
}. До { $until } ничего сам не делаю.
heal-breaker-closed = 🧯 Лечение снова работает как обычно.
heal-about-to = 🧹 Сейчас освобожу место на <b>{ $mount }</b>.
heal-planned = 🧹 На <b>{ $mount }</b> можно освободить до { $bytes }: кнопка «Починить» покажет что.
heal-planned-observe = 👀 На <b>{ $mount }</b> можно освободить до { $bytes }; лечение только смотрит. /fix сделает, спросив.
heal-freed = 🧹 { $at } <b>{ $mount }</b>: освобождено { $freed } по замеру, свободно { $after }.
heal-freed-nothing = 🧹 { $at } <b>{ $mount }</b>: ничего не освободилось, свободно { $after }.
heal-nothing = 🧹 <b>{ $mount }</b>: из того, что можно безопасно убрать, ничего не поможет. Посмотрите, что растёт: логи, базы, копии.
heal-going = ⏳ Занимаюсь <b>{ $name }</b> …
heal-is-well = <b>{ $name }</b> уже в порядке: ничего не сделано.
heal-is-gone = <b>{ $name }</b> больше нет: ничего не сделано.
heal-is-own = <b>{ $name }</b> — это где работаю я сам: не трогаю.
heal-is-protected = <b>{ $name }</b> защищён меткой: не трогаю.
# Ответ на /heal.
heal-on = 🩺 Лечение включено.
heal-off = 🩺 Лечение выключено, пока его не включат: ничего не делаю и не предлагаю.
heal-off-until = 🩺 Лечение выключено до { $until }: ничего не делаю и не предлагаю.
heal-locked = 🔒 Фильтр перед Docker этого не разрешает: { $right }. Не делаю и не предлагаю. <code>vakhta docker-policy --profile { $profile }</code> напечатает, что он должен пропускать.
heal-policy-restart = • <b>{ $name }</b>: { $mode }; перезапуск через { $wait }, не чаще { $count } в час
heal-policy-start = • <b>{ $name }</b>: { $mode }; запуск через { $wait }, не чаще { $count } в час
heal-rule = • <b>{ $name }</b>: { $mode }; освободить место, не чаще { $count } в день
heal-mode-observe = только смотрю
heal-mode-ask = спрошу
heal-mode-auto = действую сам
heal-breaker-open = 🧯 В последнее время ничего не помогало: до { $until } сам ничего не делаю. /heal on — отменить.
heal-breaker-half = 🧯 В последнее время ничего не помогало: одна попытка покажет, продолжать ли.
heal-used-all = Сам за последний час: { $count } из { $of }.
heal-used = • <b>{ $name }</b>: { $count } из { $of }
heal-lately = Недавно:
heal-attempt = • { $at } <b>{ $name }</b> ({ $attempt } из { $of })
heal-attempt-helped = • { $at } <b>{ $name }</b> ({ $attempt } из { $of }): помогло
heal-attempt-failed = • { $at } <b>{ $name }</b> ({ $attempt } из { $of }): не помогло
heal-no-policy = Здесь нет ничего с именем { $name }. Есть: { $known }.

# --- Сводка
digest-title = ☀️ <b>{ $host }</b>, { $from } – { $to }
digest-incidents = 🚨 <b>{ $count ->
    [one] { $count } происшествие
    [few] { $count } происшествия
   *[many] { $count } происшествий
}</b>
digest-incident = • { $what }: { $at_worst }, с { $since }, длилось { $lasting }
digest-incident-open = • <b>{ $what }</b>: { $at_worst }, с { $since } и до сих пор ({ $lasting })
digest-incident-often = • { $what }: { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}, { $at_worst }, всего { $lasting }
digest-incident-often-open = • <b>{ $what }</b>: { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[many] { $count } раз
}, { $at_worst }, всего { $lasting }, и до сих пор
digest-unusual-above = 🔎 Необычно: { $what } { $worst }, как правило до { $limit }
digest-unusual-below = 🔎 Необычно: { $what } { $worst }, как правило от { $limit }
digest-unusual-was = с { $since }, длилось { $lasting }
digest-unusual-often = { $count ->
    [one] { $count } раз
    [few] { $count } раза
   *[other] { $count } раз
}, всего { $lasting }
digest-unusual-still = с { $since } и до сих пор ({ $lasting })
digest-unusual-settled = с { $since }; теперь это норма
digest-backlog = 🔕 <b>Отложено до сих пор: { $count }</b>
digest-calm = 🟢 <b>{ $host }</b>: рассказать нечего, { $from } – { $to }
digest-seen = 👁 Я наблюдал лишь { $seen } из { $whole }
digest-healed = 🩹 { $list }
digest-freed = освобождено { $freed } на { $target }
digest-helped = { $name } снова в порядке
digest-helped-not = { $name }: ничего не помогло
digest-restarts = 🔁 Запускались заново: { $list }
digest-restarts-one = { $name } { $count }×
digest-grown = 📈 Выросло: { $list }
digest-fullest = 💾 Полнее всех: <b>{ $mount }</b> { $percent }
digest-changed = ⚖️ { $against }: { $list }
digest-points = { $by } п.п.
digest-against-day = К предыдущему дню
digest-against-week = К предыдущей неделе
digest-against-other = К такому же времени до того
digest-picture-lanes = Что случилось
digest-picture-full = полон через { $left }
digest-picture-before = раньше
digest-row-memory-used = ОЗУ
digest-row-disk-used = Диск
digest-range-unknown = Не знаю такого времени: «{ $what }».
digest-range-empty = «{ $what }» — это не прошедшее время: даты идут от более ранней к более поздней.
digest-containers = 🐳 Работает { $running } из { $total } контейнеров
digest-unhealthy = 🔴 Нездоровы: { $list }
digest-restarting = 🔁 Перезапускаются: { $list }
digest-disk = 💾 { $percent } <b>{ $mount }</b>
digest-filling = ⏳ Если так пойдёт и дальше, заполнится: { $list }
digest-filling-one = { $what } через { $left }
digest-part = { $what }: { $mean }, до { $most }
digest-least = мин
digest-mean = сред
digest-p95 = 95%
digest-most = макс
digest-change = Δ
digest-row-load-1 = Нагрузка
digest-row-cpu-busy = ЦП
digest-no-figures = За это время ещё ничего не записано.

# --- Задания
jobs-title = ⏱ <b>Задания</b>
jobs-next = следующий запуск { $next }
jobs-never = не запланировано
jobs-off = выключено: не задано <code>{ $setting }</code>
jobs-running = ⏳ выполняется { $lasting }
jobs-skipped = { $count ->
    [one] { $count } раз пропущено
    [few] { $count } раза пропущено
   *[many] { $count } раз пропущено
}, потому что ещё выполнялось
jobs-going = ⏳ Выполняю <b>{ $name }</b> …
jobs-ran = <b>{ $name }</b>:
no-job = Нет задания <code>{ $name }</code>. Список: /jobs
outcome-done = ✅ { $at }, заняло { $took }
outcome-failed = 🔴 { $at } — не вышло через { $took }: <i>{ $why }</i>
outcome-timed-out = 🔴 { $at } — брошено через { $took }
outcome-panicked = 🔴 { $at } — ошибка в самой Вахте через { $took }: <i>{ $why }</i>
outcome-stopped = ⚠️ { $at } — прервано перезапуском через { $took }
trouble = ⚠️ Задание <b>{ $job }</b> не выполняется: { $count ->
    [one] { $count } неудача подряд
    [few] { $count } неудачи подряд
   *[many] { $count } неудач подряд
}.
    <i>{ $why }</i>

# --- Запасной путь
fallback-why = Пишу сюда, потому что Telegram не отвечает с { $since }.

# --- О самой Вахте
start = ⚓️ <b>Вахта</b> следит за <b>{ $host }</b>.
    Если случится настоящая беда, я напишу. До тех пор спрашивайте.
    <i>{ $jobs ->
    [one] { $jobs } задание
    [few] { $jobs } задания
   *[many] { $jobs } заданий
}, { $rules ->
    [one] { $rules } правило
    [few] { $rules } правила
   *[many] { $rules } правил
}; ваш id { $id }.</i>
start-admin = Ваша роль: <b>администратор</b>, можно всё.
start-operator = Ваша роль: <b>оператор</b>. Можно смотреть всё, управлять контейнерами, брать тревоги. Удаляет только администратор.
start-viewer = Ваша роль: <b>наблюдатель</b>. Можно смотреть всё, менять нельзя ничего.
start-language = Говорю с вами по-русски.
start-containers = { $count ->
    [one] Вижу { $count } контейнер.
    [few] Вижу { $count } контейнера.
   *[many] Вижу { $count } контейнеров.
}
start-chat = Этот чат: <code>{ $chat }</code>.
start-topic = Этот чат: <code>{ $chat }</code>, эта тема: <code>{ $topic }</code>.
start-lacks = <b>Ещё не настроено</b> (подробнее: <code>vakhta doctor</code>):
start-lacks-docker = 🐳 Docker недоступен. Запустите прокси из compose.yaml или задайте DOCKER_HOST. <i>{ $why }</i>
start-lacks-root = 🖥 Вижу диски своего контейнера, а не сервера: смонтируйте / как /host только для чтения и задайте HOST_ROOT=/host.
start-lacks-switch = 🕯 Если я замолчу, никто не узнает: дайте адрес сторожевого сервиса в HEARTBEAT_URL.
start-lacks-second-way = 📟 Пока Telegram недоступен, мне некого позвать: дайте адрес ntfy в FALLBACK_URL.
start-lacks-codes = 🔢 С разблокированного телефона любой может перезапускать: <code>vakhta totp new</code> заведёт коды из шести цифр.
menu-at = <i>По состоянию на { $at }.</i>
menu-graphs = 📈 <b>Что нарисовать?</b>
menu-closed = ⚓️ Меню закрыто. Открыть снова: /menu
crumb-menu = Меню
crumb-graphs = Графики
crumb-status = Сводка
crumb-ps = Контейнеры
crumb-alerts = Тревоги
crumb-jobs = Задания
crumb-logs = Логи
crumb-stats = Ресурсы
crumb-inspect = Подробности
crumb-graph = График
crumb-top = Процессы
crumb-why = Почему
crumb-disk = Диски
crumb-help = Справка
crumb-fix = Починка
language-title = 🗣 Говорю с вами на языке: <b>{ $name }</b>.
language-chosen = Так выбрали вы.
language-app = Как ваше приложение.
language-stranger = На языке вашего приложения я не говорю, или оно его не назвало.
language-setting = Так настроил владелец этой Вахты для всех, кто не выбирал сам.
button-language-back = ↩ Как до выбора
help-title = <b>Что можно спросить</b>
help-look = <b>Посмотреть</b>
help-act = <b>Сделать</b>
help-self = <b>Сама Вахта</b>
help-locked = <i>🔒 — то, чего не разрешает фильтр перед Docker.</i>
help-more = Кнопка объясняет группу, <code>/help logs</code> — одну команду.
version = ⚓️ <b>Вахта { $version }</b>
version-host = { $host }
    { $system } · Linux { $kernel }
version-engine = { $kind } { $version } (API { $api })
house-strangers = 🚪 { $count ->
    [one] Отклонено { $count } сообщение
    [few] Отклонено { $count } сообщения
   *[many] Отклонено { $count } сообщений
} посторонних; последнее — от id <code>{ $last }</code>.
house-two-pollers = ⚠️ Этот же токен использует другая программа: сообщения достаются то одной, то другой. Остановите её или выдайте ей свой токен.
house-store-set-aside = ⚠️ Хранилище было повреждено. Оно отложено как <code>{ $file }</code>, начато новое; прежняя история в том файле.
house-store-full = ⚠️ Хранилище не принимает записи; то, что видно сейчас, помнится только до перезапуска. Освободите место или спросите <code>vakhta doctor</code>.
    <i>{ $why }</i>
house-switch-unheard = ⚠️ Сторожевой адрес (<code>HEARTBEAT_URL</code>) недоступен уже { $lasting }. Скоро он поднимет тревогу, хотя я на посту.
    <i>{ $why }</i>
house-topic-gone = ⚠️ Тема для этого закрыта или удалена, поэтому пишу сюда. Откройте её снова или укажите в настройках другую.
house-group-lost = ⚠️ Группа <code>{ $chat }</code> не даёт мне писать, поэтому её новости приходят сюда. Впустите меня и отправьте там любую команду или укажите в настройках другую.
    <i>{ $why }</i>
house-stumbled = 🐞 Во мне самой нашлась ошибка. Сбой пойман, вахта продолжается; об этом месте пишу один раз.
    Номер <code>{ $id }</code> · <code>{ $place }</code>
    Пожалуйста, сообщите их разработчикам; подробности в журнале под этим номером.
house-cut-off-unanswered = 🔌 Меня прервали, пока я занимался <code>{ $line }</code>. Если ответа нет, спросите ещё раз.
house-cut-off-not-begun = 🔌 Меня прервали до того, как я начал <code>{ $line }</code>: ничего не сделано. Прикажите ещё раз, если это ещё нужно.
house-cut-off-unknown = ⚠️ Меня прервали посреди <code>{ $line }</code>: это было начато, и чем кончилось, я не знаю. Сам не повторяю. Посмотрите, как обстоят дела, прежде чем приказывать снова.
house-cut-off-ended = 🔌 Меня прервали раньше, чем стало ясно, что ответ на <code>{ $line }</code> дошёл до вас. Кончилось это так:
    <i>{ $words }</i>
house-store-returned = ✅ Хранилище снова принимает записи; ничего не потеряно.
house-restored = 🗄 Хранилище восстановлено вручную по состоянию на { $when }. Замеры после этого остались в отложенном файле; открытые тревоги идут дальше отсюда.
house-settings = ⚙️ <b>Новые настройки</b> · { $host }
settings-rules-new = Правила, новые: { $names }
settings-rules-gone = Правила, убраны: { $names }
settings-rules-changed = Правила, изменены: { $names }
settings-jobs-new = Задания, новые: { $names }
settings-jobs-gone = Задания, убраны: { $names }
settings-jobs-changed = Задания, изменены: { $names }
settings-mutes-new = Тихое время, новое: { $names }
settings-mutes-gone = Тихое время, убрано: { $names }
settings-mutes-changed = Тихое время, изменено: { $names }
settings-person = У <code>{ $id }</code> теперь роль: { $role }
settings-person-gone = <code>{ $id }</code> здесь больше ничего не может
settings-value = <code>{ $name }</code> теперь { $value }
settings-secret = <code>{ $name }</code> — другое значение
settings-waits = <code>{ $name }</code> вступит в силу со следующего запуска
house-settings-wrong = ⚠️ <b>В новых настройках ошибка</b> · { $host }
    Работаю с прежними. Исправьте и сохраните: посмотрю сам.
settings-wrong-one = <code>{ $place }</code>: { $what }
settings-wrong-line = <code>{ $place }</code>, строка { $line }: { $what }
began = 👁 <b>Вахта принята</b> · { $host }
began-filesystems = { $count ->
    [one] Вижу сервер и { $count } файловую систему.
    [few] Вижу сервер и { $count } файловые системы.
   *[many] Вижу сервер и { $count } файловых систем.
}
began-filesystems-unknown = Файловые системы прочитать не удалось.
began-containers = { $count ->
    [one] Виден { $count } контейнер.
    [few] Видны { $count } контейнера.
   *[many] Видно { $count } контейнеров.
}
began-no-docker = Docker не виден: <i>{ $why }</i>
began-digest = Следующая сводка — { $at }. До неё напишу, только если случится настоящая беда.
began-again = 👁 <b>Снова на вахте</b> · { $host }
began-away = Меня не было { $lasting } ({ $from } – { $to }).
began-away-rebooted = Меня не было { $lasting } ({ $from } – { $to }): сервер перезагружали.
began-away-stopped = Меня не было { $lasting } ({ $from } – { $to }): меня остановили.
began-away-killed = Меня не было { $lasting } ({ $from } – { $to }): меня убили.
began-updated = Обновление: { $from } → { $to }
began-missed = Пропущено: { $what }.
began-missed-runs = { $count ->
    [one] { $count } запуск
    [few] { $count } запуска
   *[many] { $count } запусков
} { $job }
began-missed-run-made-up = { $count } запуск { $job } (навёрстан)
began-missed-runs-made-up = { $count ->
    [one] { $count } запуск
    [few] { $count } запуска
   *[many] { $count } запусков
} { $job } (последний навёрстан)
began-missed-samples = { $count ->
    [one] { $count } замер
    [few] { $count } замера
   *[many] { $count } замеров
}
began-down = За это время { $count ->
    [one] остановился { $count }
   *[other] остановились { $count }
}: { $names }
health-well = ✅ <b>С Вахтой всё в порядке</b>
health-ill = ⚠️ <b>С Вахтой не всё в порядке</b>
health-settings = Настройки перечитаны { $ago } назад
health-up = Работаю { $lasting }, память { $memory }
health-poll = Чат отвечал { $ago } назад
health-poll-unknown = Чат: ответа ещё не было
health-outbox = На отправку: { $count }, старейшее ждёт { $ago }
health-outbox-empty = На отправку: ничего не ждёт
health-outbox-unknown = На отправку: неизвестно
health-sample = Последний замер { $ago } назад
health-sample-unknown = Последний замер: неизвестно
health-evaluate = Последняя оценка { $ago } назад
health-evaluate-unknown = Последняя оценка: неизвестно
health-failed = <i>Не вышло: { $why }</i>
health-stream = События Docker: слежу, последнее слово { $ago } назад
health-stream-lost = События Docker: потеряны с { $since }
    <i>{ $why }</i>
health-stream-forbidden = События Docker: запрещены, сравниваю списки
    <i>{ $why }</i>
health-stream-unknown = События Docker: неизвестно
health-store = Хранилище: { $used } из { $most }
health-store-memory = Хранилище: только в памяти
    <i>{ $why }</i>
health-store-unknown = Хранилище: неизвестно
role-viewer = наблюдатель
role-operator = оператор
role-admin = администратор
role-refused = 🔒 Для <code>/{ $command }</code> нужна роль <b>{ $needs }</b>, а у вас { $role }. Её может дать владелец этой Вахты: <code>{ $setting }</code> в её настройках.
role-refused-container = 🔒 С <b>{ $name }</b> так может поступить только { $needs }, а метка <code>vakhta.role</code> этой роли вам не даёт. Метку может изменить владелец.
role-toast = Нужна роль { $needs }, у вас { $role }. Роль даёт владелец.
role-toast-container = Метка vakhta.role этого контейнера требует роль { $needs }, у вас { $role }.

totp-ask = 🔑 Для <code>{ $line }</code> нужен код: пришлите шесть цифр, которые сейчас показывает ваше приложение. Жду { $lasting }.
totp-ask-group = В группе пришлите их ответом на это сообщение.
totp-wrong = ❌ Код не тот. <code>{ $line }</code> ещё ждёт, { $count ->
    [one] осталась { $count } попытка
    [few] осталось { $count } попытки
   *[many] осталось { $count } попыток
}.
totp-used = ♻️ Этот код уже использован. <code>{ $line }</code> ещё ждёт: пришлите следующий, когда он появится.
totp-dropped = 🔒 Слишком много неверных кодов: <code>{ $line }</code> отменено, ничего не сделано. Коды не принимаются { $lasting }.
totp-paused = 🔒 Слишком много неверных кодов. Спросите снова через { $lasting }.
totp-unasked = Сейчас никакой код не нужен. Ничего не сделано.

audit-title = 🧾 <b>Сделано через Вахту</b> за { $lasting }: { $count }
audit-none = 🧾 За { $lasting } через Вахту никто ничего не делал.
audit-none-such = 🧾 За { $lasting } ничего похожего на «{ $word }» не было.
audit-you = вы
audit-console = из консоли
audit-script = скрипт
audit-vakhta = сама Вахта
audit-begun = начато и прервано
audit-failed = не сделано
audit-unknown = исход неизвестен
audit-role = отказ: роль
audit-protected = отказ: под защитой
audit-own = отказ: это сама Вахта
audit-code = отказ: неверный код
audit-budget = отказ: лимит исчерпан

dispatch-unknown = Нет команды <code>/{ $name }</code>. Список: /help
dispatch-near = Нет команды <code>/{ $name }</code>. Может быть, /{ $near }?
dispatch-stale-button = Эта кнопка устарела. Спросите заново.
dispatch-other-button = Это чужая кнопка.
dispatch-too-much = ⏳ Слишком много сразу: это не сделано. Продолжу через { $lasting }; новости приходят как обычно.
dispatch-left = Оставлено как есть.
dispatch-failed = Ошибка внутри Вахты, она записана в журнал: <code>{ $what }</code>.
dispatch-file-refused = Telegram не принял файл { $name }: <i>{ $why }</i>
dispatch-unwritten = ⚠️ Ничего не сделано: сначала это нужно записать, а записать не удалось. Причину может назвать /health.
dispatch-late = Этому приказу уже { $lasting }.

console-follows = <i>Здесь уже несёт вахту другая Вахта. Эта консоль читает её историю и своих заданий не выполняет.</i>

# --- Зачем каждая команда и как ею пользоваться
summary-menu = всё в одном сообщении
usage-menu = <code>/menu</code>, <code>/menu graphs</code>. Кнопки листают одно и то же сообщение; пока вы смотрите, оно две минуты обновляется само.
summary-status = сервер одним взглядом
usage-status = <code>/status</code>
summary-cpu = процессор, нагрузка, кто её создаёт
usage-cpu = <code>/cpu</code>
summary-ram = память, подкачка, кто её занял
usage-ram = <code>/ram</code>
summary-disk = место на дисках
usage-disk = <code>/disk</code>, а <code>/disk all</code> — все файловые системы словами
summary-uptime = время работы сервера
usage-uptime = <code>/uptime</code>
summary-graph = память или любая метрика, рисунком
usage-graph = <code>/graph</code> — диаграмма памяти. <code>/graph cpu 6h</code>, <code>/graph disk /srv 7d</code>, <code>/graph net 1h</code>. Что: cpu, ram, swap, disk, inodes, net, io, load, psi, temp, containers или имя контейнера: <code>/graph nginx</code>, <code>/graph nginx memory</code>. Сразу несколько: <code>/graph cpu ram net 24h</code>, <code>/graph nginx shop-db</code>. Сравнить: <code>/graph cpu 24h против вчера</code>, <code>против недели</code>. По часам и дням: <code>/graph week cpu</code>. Сколько: 15m, 6h, 7d, 1y или 15м, 6ч, 7д, сегодня, вчера, неделя, месяц.
summary-alerts = что не так сейчас или было
usage-alerts = <code>/alerts</code>, <code>/alerts all</code>; за прошлое — с временем: <code>/alerts 24h</code>
summary-ack = взять тревогу на себя: без напоминаний
usage-ack = <code>/ack</code>, <code>/ack 12</code>; <code>/ack 12 off</code> — отпустить. Если станет хуже, скажу вслух всё равно.
summary-card = карточка тревоги ещё раз
usage-card = <code>/card 12</code>, <code>/card 12 24h</code>
summary-why = почему сообщено: правило, числа, кому и когда
usage-why = <code>/why</code> о новейшей тревоге, <code>/why 12</code>
summary-mute = отложить предупреждения
usage-mute = <code>/mute 2ч</code>, <code>/mute shop 4ч</code>, <code>/mute rule:cpu завтра</code>, <code>/mute до 9:00</code>, <code>/mute выкл</code>. Контейнер, проект, правило или <code>host</code>; критические тревоги приходят всё равно, если не добавить слово <code>критические</code>.
summary-normal = сказать, что необычное — норма
usage-normal = <code>/normal cpu</code> или <code>/normal net.in[eth0]</code>: как сейчас, так и надо. <code>/normal cpu undo</code> отменяет, <code>/normal</code> перечисляет сказанное.
summary-ps = контейнеры и их состояние
usage-ps = <code>/ps</code>, <code>/ps all</code> вместе с остановленными, <code>/ps shop</code> по части имени или проекта, <code>/ps all 3</code> — страница. Номер открывает контейнер.
summary-logs = логи: страницы, поиск, файл, слежение
usage-logs = <code>/logs nginx</code>, <code>/logs nginx 200</code>, несколько сразу: <code>/logs web db</code>; достаточно части имени.
    <code>-s 1h</code> или <code>--since 14:30</code>, <code>--until 10m</code>: с какого времени и до какого
    <code>-g "timeout|refused"</code>: с этими словами, <code>-v</code> без них, <code>-C 2</code> и две строки вокруг
    <code>--level error</code>: такие и хуже
    <code>--file</code>: файлом, <code>-f</code>: дальше, по мере записи
summary-stats = сколько берут контейнеры: процессор, память
usage-stats = <code>/stats</code>, <code>/stats memory</code>; один, с историей: <code>/stats nginx</code>, <code>/stats nginx memory 24ч</code>
summary-inspect = один контейнер подробно
usage-inspect = <code>/inspect nginx</code>; достаточно части имени
summary-top = процессы контейнера
usage-top = <code>/top nginx</code>
summary-events = что было с контейнерами
usage-events = <code>/events</code>, <code>/events 6ч</code>, <code>/events 1ч nginx</code>
summary-images = образы, их размер и кто ими занят
usage-images = <code>/images</code>
summary-volumes = тома, их размер и кто ими занят
usage-volumes = <code>/volumes</code>
summary-networks = сети и кто в них
usage-networks = <code>/networks</code>
summary-box = контейнер и что с ним можно сделать
usage-box = <code>/box nginx</code>
summary-restart = перезапуск контейнеров или проекта; спросит
usage-restart = <code>/restart nginx</code>, <code>/restart web db</code>, <code>/restart shop</code> — весь проект compose. Кто сидит в его сети, будет перезапущен следом.
summary-stop = остановка контейнеров или проекта; спросит
usage-stop = <code>/stop nginx</code>, <code>/stop web db</code>, <code>/stop shop</code> — весь проект compose; что нужно другим, последним
summary-start = запуск контейнеров или проекта; без имени: кто я
usage-start = <code>/start nginx</code>, <code>/start shop</code> — весь проект compose; что нужно другим, первым. Просто <code>/start</code> — кто я.
summary-pause = пауза контейнерам или проекту; спросит
usage-pause = <code>/pause nginx</code>, <code>/pause shop</code>
summary-unpause = снять контейнеры с паузы; спросит
usage-unpause = <code>/unpause nginx</code>, <code>/unpause shop</code>
summary-kill = завершить контейнеры сразу; спросит
usage-kill = <code>/kill nginx</code>: не дожидаясь, для того, что не останавливается
summary-heal = лечение: что само, выключатель
usage-heal = <code>/heal</code>; <code>/heal off</code>, <code>/heal off 2h</code>, <code>/heal on</code>; <code>/heal unhealthy auto</code> (или observe, ask, declared).
summary-fix = что занимает диск и что можно убрать; спросит
usage-fix = <code>/fix</code>, <code>/fix 2</code>, <code>/fix all</code>, <code>/fix /srv</code>, <code>/fix logs</code>
summary-digest = коротко о последних сутках или любом другом времени
usage-digest = <code>/digest</code>, <code>/digest 12h</code>, <code>/digest вчера</code>, <code>/digest неделя</code> или <code>/digest 2026-11-20..2026-11-22</code>
summary-jobs = что когда выполняется
usage-jobs = <code>/jobs</code>, <code>/jobs run morning</code>
summary-audit = кто и что делал через Вахту
usage-audit = <code>/audit</code> за сутки, <code>/audit 7d</code>, <code>/audit 7d nginx</code>; слово: контейнер, команда, чей-то id или исход, например <code>role</code>
summary-language = на каком языке говорить с вами
usage-language = <code>/language</code>; <code>/language de</code> выбирает, <code>/language auto</code> отменяет выбор. То, что приходит само, говорит так же.
summary-help = что можно спросить
usage-help = <code>/help</code>, <code>/help look</code> (или act, self), <code>/help graph</code>
summary-version = версии всего
usage-version = <code>/version</code>
summary-health = как дела у самой Вахты
usage-health = <code>/health</code>
examples-menu = <code>/menu</code> меню
    <code>/menu graphs</code> что можно нарисовать
examples-status = <code>/status</code> как дела, в десяти строках
examples-cpu = <code>/cpu</code> кто сейчас занят
examples-ram = <code>/ram</code> кто занял память
examples-disk = <code>/disk</code> самые полные диски
    <code>/disk all</code> все файловые системы
examples-uptime = <code>/uptime</code> с последней загрузки
examples-graph = <code>/graph</code> диаграмма памяти
    <code>/graph cpu 6h</code> процессор за шесть часов
    <code>/graph disk 7d</code> диски за неделю
    <code>/graph net 1h</code> сеть, туда и обратно
    <code>/graph { $name }</code> сколько берёт один контейнер
    <code>/graph { $name } memory 24h</code> его память за сутки
examples-alerts = <code>/alerts</code> что не так сейчас
    <code>/alerts 24h</code> что было не так со вчера
    <code>/alerts all</code> все, когда их много
examples-why = <code>/why</code> новейшая тревога
    <code>/why 12</code> тревога с этим номером
examples-ack = <code>/ack</code> взять новейшую на себя
    <code>/ack 12</code> взять эту
    <code>/ack 12 off</code> отпустить её
examples-card = <code>/card 12</code> карточка ещё раз
    <code>/card 12 24h</code> с сутками на картинке
examples-mute = <code>/mute</code> что отложено
    <code>/mute 2h</code> всё на два часа
    <code>/mute { $name } 4h</code> один контейнер
    <code>/mute rule:cpu tomorrow</code> одно правило до утра
    <code>/mute until 9:00 critical</code> всё, и критическое тоже
    <code>/mute off</code> снова говорить сразу
examples-normal = <code>/normal</code> что названо нормой
    <code>/normal cpu</code> столько и надо
    <code>/normal cpu undo</code> отменить
examples-ps = <code>/ps</code> что работает
    <code>/ps all</code> вместе с остановленными
    <code>/ps shop</code> по части имени или проекта
examples-box = <code>/box { $name }</code> состояние и кнопки
examples-logs = <code>/logs { $name }</code> последние строки
    <code>/logs { $name } -g error -s 2h</code> строки с этим словом за два часа
    <code>/logs { $name } --level error</code> только ошибки
    <code>/logs { $name } -f</code> по мере записи, десять минут
    <code>/logs { $name } --file</code> файлом
    <code>/logs web db</code> два сразу, по времени
examples-stats = <code>/stats</code> сначала самые занятые
    <code>/stats memory</code> сначала самые большие
    <code>/stats { $name } memory 24h</code> один, за сутки
examples-inspect = <code>/inspect { $name }</code> образ, порты, тома, пределы
examples-top = <code>/top { $name }</code> его процессы
examples-events = <code>/events</code> последний час
    <code>/events 6h</code> шесть часов
    <code>/events 24h { $name }</code> один контейнер, сутки
examples-images = <code>/images</code> сначала самые большие
    <code>/images 2</code> следующая страница
examples-volumes = <code>/volumes</code> сначала самые большие
examples-networks = <code>/networks</code> и кто в них
examples-restart = <code>/restart { $name }</code> спросит и сделает
    <code>/restart web db</code> два сразу
    <code>/restart shop</code> весь проект compose, по порядку
examples-stop = <code>/stop { $name }</code> спросит и сделает
    <code>/stop shop</code> весь проект; что нужно другим, последним
examples-pause = <code>/pause { $name }</code> замораживает
examples-unpause = <code>/unpause { $name }</code> отпускает
examples-kill = <code>/kill { $name }</code> сразу, не дожидаясь
examples-fix = <code>/fix</code> что занимает диск
    <code>/fix 2</code> только второй шаг
    <code>/fix all</code> все шаги
    <code>/fix /srv</code> другой диск
    <code>/fix logs</code> как ограничить логи контейнеров
examples-heal = <code>/heal</code> что лечится и как часто
    <code>/heal off 2h</code> два часа ничего
    <code>/heal on</code> снова
    <code>/heal unhealthy auto</code> без вопросов
examples-digest = <code>/digest</code> последние сутки
    <code>/digest 7d</code> неделя
examples-jobs = <code>/jobs</code> что когда выполняется
    <code>/jobs run morning</code> одно из них сейчас
examples-health = <code>/health</code> как дела у меня
examples-audit = <code>/audit</code> последние сутки
    <code>/audit 7d { $name }</code> что делали с контейнером
    <code>/audit 7d role</code> кому было отказано
examples-start = <code>/start</code> кто вы и за чем я слежу
    <code>/start { $name }</code> запускает остановленный контейнер
examples-language = <code>/language</code> какой сейчас
    <code>/language ru</code> русский
    <code>/language auto</code> как до выбора
examples-help = <code>/help</code> всё
    <code>/help graph</code> одна команда
    <code>/help look</code> что только смотрит
examples-version = <code>/version</code> всего
help-examples = <b>Например</b>
help-related = Ещё по теме: { $names }
button-help-look = 👀 Посмотреть
button-help-act = 🛠 Сделать
button-help-self = ⚓️ Вахта
usage = Вот так:

# --- Первый запуск
init-begin = ⚓ Vakhta { $version }, первый запуск. До последнего вопроса ничего не записывается; Ctrl-C оставит всё как есть.
init-step-bot =
    {"\u000A"}<b>1. Бот</b>
init-step-owner =
    {"\u000A"}<b>2. Владелец</b>
init-step-here =
    {"\u000A"}<b>3. Здесь</b>
init-step-files =
    {"\u000A"}<b>4. Файлы</b>
init-yes-no = [Д/н]
init-no-yes = [д/Н]
init-yes-or-no = Ответьте «д» или «н».
init-unanswered = На вопрос «{ $question }» никто не ответил. Как обойтись без вопросов, скажет `vakhta init --help`.
init-left = Остановились. Запустите `vakhta init` снова, когда захотите: что к тому времени есть, найдётся.
init-no-signals = Система не даёт ждать Ctrl-C.
init-no-randomness = У системы не нашлось случайных чисел.
init-no-directory = В { $dir } нельзя писать: { $why }. Назовите свой каталог в --dir.
init-not-writable-container = В { $dir } нельзя писать: { $why }. Запустите контейнер от своего имени: docker run -u "$(id -u):$(id -g)" …
init-token = Вставьте токен от @BotFather (/newbot); он не будет виден
init-token-file = Файл с токеном { $file } не читается: { $why }
init-token-there = Токен уже есть: { $source }.
init-token-shape = ⚠️ Это не токен: { $why }. @BotFather пишет его так: 123456789:AAF…
init-token-unknown = ⚠️ Telegram не знает этого токена: он неверен или отозван. Нынешний есть у @BotFather (/mybots). ({ $why })
init-unreached = ⚠️ До Telegram не достучаться: { $why }. Если он закрыт, поможет прокси (TELEGRAM_PROXY).
init-unreached-proxy = ⚠️ До Telegram не достучаться через прокси (TELEGRAM_PROXY): { $why }
init-proxy = Прокси, например socks5://host:1080; пусто — попробовать без него
init-proxy-wrong = ⚠️ Это не прокси (TELEGRAM_PROXY): { $why }. Напишите socks5://host:1080 или http://host:3128.
init-bot = ✅ @{ $name } отвечает: { $link }
init-owner = ✅ Владелец — { $id }.
init-owner-silent = Владелец — { $id }. ⚠️ Бот пока не может ему писать: пусть один раз отправит /start боту @{ $name }.
init-owner-there = Владелец уже есть: { $id }. Оставить?
init-code =
    Отправьте этот код боту @{ $name } со своего телефона:

    {"    "}<b>{ $code }</b>

    или откройте там { $link } и нажмите «Старт». Код действует { $minutes ->
        [one] { $minutes } минуту
        [few] { $minutes } минуты
       *[many] { $minutes } минут
    }.
init-code-wrong = Пришёл неверный код. Жду верного…
init-code-guessed = ⚠️ Пришло пять неверных кодов, поэтому вот другой.
init-code-expired = Код так и не пришёл. Показать другой?
init-is-it-you = Код прислал { $who }, id { $id }. Это вы?
init-paired = ✅ Телефон привязан, ему об этом сказано.
init-paired-phone = ✅ Привязано. Вы владелец этой Вахты, писать она будет сюда. Как её запустить, сказано в терминале.
init-paired-unsaid = ✅ Телефон привязан, но сказать ему об этом не вышло ({ $why }).
init-bot-lost = Бота больше нет: { $why }
init-waiting-failed = ⚠️ Telegram сейчас не отвечает: { $why }. Пробую дальше.
init-webhook = ⚠️ У бота есть вебхук, и то, что ему пишут, сюда не доходит. Убрать его (deleteWebhook)?
init-other-poller = ⚠️ С токеном этого бота слушает другая программа. Остановите её (docker compose stop vakhta) или попросите у @BotFather второго бота.
init-other-poller-again = Нажмите Enter, когда она остановлена
init-language = Язык ответов: { $choices }; auto — у каждого свой
init-language-wrong = Напишите одно из: { $choices }.
init-zone = Ваш часовой пояс: по нему ежедневная сводка и всё время
init-zone-wrong = Пояса { $zone } нет: { $remedy }
init-way = Здесь есть compose.yaml. Вахту будет запускать Docker Compose?
init-docker = Docker: { $place }
init-docker-forbidden = ⚠️ Docker слушает на { $place }, но вам туда нельзя. Либо `sudo usermod -aG docker $USER` и новый вход, либо Docker Compose.
init-docker-nowhere = На { $place } Docker нет: наблюдаю за машиной, без контейнеров. Другое место называет DOCKER_HOST.
init-replace-token = В { $file } другой токен. Заменить?
init-replace-settings = { $file } уже есть; изменятся только строки, о которых шла речь. Записать?
init-not-forced = { $file } уже есть и изменился бы; это разрешает --force.
init-written-token = ✅ { $file }: токен
init-written-settings = ✅ { $file }: настройки, только для вас
init-mistakes = Записано, но в настройках в { $dir } есть ошибки, и вахта не начнётся:
init-next-compose =
    {"\u000A"}<b>Дальше</b>
    {"    "}<code>{ $go }docker compose up -d</code>
    {"    "}<code>{ $go }docker compose exec vakhta /vakhta doctor</code>    # что видно и чего не хватает
    Потом напишите боту /start.
init-next-binary =
    {"\u000A"}<b>Дальше</b>
    {"    "}<code>{ $go }vakhta doctor</code>    # что видно и чего не хватает
    {"    "}<code>{ $go }vakhta</code>           # встать на вахту
    Потом напишите боту /start.

# --- Терминал
console-banner =
    <b>Вахта { $version }</b>: тот же разговор, что и в чате.
    Спросите <code>status</code>, <code>graph cpu 6h</code> или <code>help</code>; Tab дополняет, ↑ повторяет, число нажимает кнопку, <code>save ФАЙЛ.png</code> сохраняет последнюю картинку, Ctrl-D завершает.
console-picture = [картинка: { $what }, { $bytes } Б; save ФАЙЛ.png сохранит её]
console-file = [{ $name }, { $bytes } Б; файлы бывают в чате, здесь — сами строки]
console-no-picture = Картинки ещё не было; её нарисует /graph.
console-saved = Сохранено как { $file } ({ $bytes } Б).
console-not-saved = Не удалось записать { $file }: { $why }
console-no-button = Кнопки с таким номером нет.
console-no-file = Под каким именем? Вот так: save memory.png
