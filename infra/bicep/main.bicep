targetScope = 'resourceGroup'

@description('Region of every resource.')
param location string = resourceGroup().location

@description('Short name of the installation; names of resources begin with it.')
@minLength(3)
@maxLength(11)
param name string

@description('Object id of the identity that the portal runs as.')
param principalId string

@description('Days that a deleted blob can be brought back.')
@minValue(1)
@maxValue(365)
param softDeleteDays int = 14

module storage 'modules/storage.bicep' = {
  params: {
    location: location
    name: name
    principalId: principalId
    softDeleteDays: softDeleteDays
  }
}

@description('Value for the setting Blobs:Azure:ServiceUri.')
output serviceUri string = storage.outputs.serviceUri
