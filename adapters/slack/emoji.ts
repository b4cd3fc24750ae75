/**
 * The characters of the shortcodes that people use most. Slack tells the character itself in messages that are written
 * in its clients; this is for the rest (commands, apps), and what isn't here stays as it was written.
 */
const table = `
+1 👍 thumbsup 👍 -1 👎 thumbsdown 👎 smile 😄 smiley 😃 grinning 😀 grin 😁 joy 😂 rolling_on_the_floor_laughing 🤣
slightly_smiling_face 🙂 upside_down_face 🙃 wink 😉 blush 😊 innocent 😇 heart_eyes 😍 star-struck 🤩 kissing_heart 😘
yum 😋 stuck_out_tongue 😛 stuck_out_tongue_winking_eye 😜 sunglasses 😎 nerd_face 🤓 thinking_face 🤔 neutral_face 😐
expressionless 😑 smirk 😏 unamused 😒 face_with_rolling_eyes 🙄 grimacing 😬 relieved 😌 pensive 😔 sleepy 😪 sleeping 😴
mask 😷 face_with_thermometer 🤒 dizzy_face 😵 exploding_head 🤯 partying_face 🥳 confused 😕 worried 😟
slightly_frowning_face 🙁 open_mouth 😮 astonished 😲 flushed 😳 pleading_face 🥺 cry 😢 sob 😭 scream 😱 confounded 😖
disappointed 😞 sweat 😓 sweat_smile 😅 weary 😩 tired_face 😫 triumph 😤 rage 😡 angry 😠 face_palm 🤦 shrug 🤷
skull 💀 ghost 👻 robot_face 🤖 see_no_evil 🙈 clap 👏 wave 👋 raised_hands 🙌 pray 🙏 handshake 🤝 muscle 💪 ok_hand 👌
point_up ☝️ point_down 👇 point_left 👈 point_right 👉 crossed_fingers 🤞 v ✌️ raised_hand ✋ eyes 👀 brain 🧠
heart ❤️ orange_heart 🧡 yellow_heart 💛 green_heart 💚 blue_heart 💙 purple_heart 💜 black_heart 🖤 broken_heart 💔
fire 🔥 100 💯 tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 birthday 🎂 trophy 🏆 medal 🏅 star ⭐ star2 🌟 sparkles ✨ zap ⚡
boom 💥 rocket 🚀 bulb 💡 bell 🔔 mega 📣 loudspeaker 📢 warning ⚠️ rotating_light 🚨 no_entry ⛔ x ❌ white_check_mark ✅
heavy_check_mark ✔️ ballot_box_with_check ☑️ question ❓ exclamation ❗ bangbang ‼️ heavy_plus_sign ➕ heavy_minus_sign ➖
arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️ arrow_down ⬇️ red_circle 🔴 large_green_circle 🟢 large_yellow_circle 🟡
large_blue_circle 🔵 memo 📝 pencil2 ✏️ bookmark 🔖 book 📖 books 📚 calendar 📅 date 📅 clock1 🕐 hourglass ⌛ chart_with_upwards_trend 📈
chart_with_downwards_trend 📉 bar_chart 📊 link 🔗 paperclip 📎 pushpin 📌 mag 🔍 lock 🔒 unlock 🔓 key 🔑 hammer 🔨 wrench 🔧
gear ⚙️ package 📦 email 📧 envelope ✉️ phone ☎️ computer 💻 iphone 📱 bug 🐛 coffee ☕ beer 🍺 beers 🍻 pizza 🍕
sunny ☀️ cloud ☁️ rain_cloud 🌧️ snowflake ❄️ rainbow 🌈 earth_africa 🌍 house 🏠 office 🏢 car 🚗 airplane ✈️ moneybag 💰
dollar 💵 construction 🚧 dog 🐶 cat 🐱 seedling 🌱 four_leaf_clover 🍀 rose 🌹 recycle ♻️ stopwatch ⏱️ soon 🔜
`
const words = table.trim().split(/\s+/)
const characters = new Map(words.flatMap((word, i) => (i % 2 === 0 ? [[word, words[i + 1] ?? word]] : [])))

/** `:tada:`, `:+1::skin-tone-3:`; the tone of a skin is left out. */
export const withEmoji = (text: string): string =>
  text.replaceAll(
    /:([a-z0-9_+-]{1,60}):(?::skin-tone-[2-6]:)?/g,
    (whole, name: string) => characters.get(name) ?? whole,
  )

/** `1f44b-1f3fb`, as rich text has it; null where it is nothing of the kind. */
export function emojiOf(unicode: unknown): string | null {
  if (typeof unicode !== 'string' || !/^[\da-f]{2,6}(?:-[\da-f]{2,6}){0,15}$/i.test(unicode)) return null
  const points = unicode.split('-').map((hex) => Number.parseInt(hex, 16))
  return points.every((point) => point <= 0x10ffff && !(point >= 0xd800 && point <= 0xdfff))
    ? String.fromCodePoint(...points)
    : null
}
