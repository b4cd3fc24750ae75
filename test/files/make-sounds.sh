#!/bin/sh
# Makes the sounds that the tests read. They are committed: tests need neither espeak-ng nor ffmpeg.
# Debian: apt install espeak-ng ffmpeg. Run it in this folder.
set -eu
speech=$(mktemp --suffix=.wav)
trap 'rm -f "$speech"' EXIT
espeak-ng -v en-us -s 150 -w "$speech" 'Parley, what is the capital of France?'

to() { ffmpeg -nostdin -hide_banner -loglevel error -y -i "$speech" -map_metadata -1 -fflags +bitexact -flags:a +bitexact "$@"; }

to -ac 1 -ar 48000 -c:a libopus -b:a 24k question.ogg
to -ac 1 -ar 48000 -c:a libopus -b:a 24k question.webm
to -ac 1 -ar 44100 -c:a libmp3lame -q:a 7 question.mp3
to -ac 1 -ar 44100 -c:a aac -b:a 48k question.m4a
to -ac 1 -ar 24000 -c:a aac -b:a 48k -f adts question.aac
to -ac 1 -ar 8000 -sample_fmt s16 -c:a flac question.flac
to -ac 1 -ar 8000 -c:a pcm_s16le question.wav
to -ac 1 -ar 22050 -c:a libvorbis -q:a 0 question-vorbis.ogg
to -ac 1 -ar 8000 -c:a pcm_s16be question.aiff
# A clip as Slack records them: sound beside a picture.
ffmpeg -nostdin -hide_banner -loglevel error -y -f lavfi -i color=black:s=32x32:r=5 -i "$speech" -map_metadata -1 \
  -t 2.8 -c:v libx264 -pix_fmt yuv420p -ac 1 -ar 44100 -c:a aac -b:a 48k -movflags +faststart slack-clip.mp4
# A film without a sound.
ffmpeg -nostdin -hide_banner -loglevel error -y -f lavfi -i color=black:s=32x32:r=5 -t 1 -map_metadata -1 \
  -c:v libx264 -pix_fmt yuv420p silent-film.mp4
