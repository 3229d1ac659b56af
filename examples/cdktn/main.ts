import { App } from 'cdktn'
import { ClassesStack } from './classes-stack'
import { YamlStack } from './yaml-stack'

const app = new App()
new ClassesStack(app, 'webhooks-by-classes')
new YamlStack(app, 'webhooks-from-yaml')
app.synth()
