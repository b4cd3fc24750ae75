import { tellOfKills } from './slack-kill-stories.ts'

tellOfKills('http')
