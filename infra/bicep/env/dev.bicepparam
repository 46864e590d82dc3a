using '../main.bicep'

param name = 'fewshotad'
param principalId = ''
param softDeleteDays = 7
