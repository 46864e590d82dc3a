using System.Xml.Linq;
using FewShotAD.Domain.Platform;
using FewShotAD.Infrastructure.Persistence;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace FewShotAD.Infrastructure.Hosting.Nodes;

/// <summary>Keys of cookies and secrets as rows that all nodes read. The interface is synchronous; it is asked at start and once a day.</summary>
internal sealed class DatabaseKeys(IPortalContexts contexts) : IXmlRepository
{
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var context = contexts.Create(default);
        return [.. context.ProtectionKeys.AsNoTracking().OrderBy(key => key.Name).Select(key => key.Xml).ToList().Select(xml => XElement.Parse(xml))];
    }

    public void StoreElement(XElement element, string friendlyName)
    {
        using var context = contexts.Create(default);
        context.ProtectionKeys.Add(ProtectionKey.Create(friendlyName, element.ToString(SaveOptions.DisableFormatting)));
        context.SaveChanges();
    }
}

/// <summary>With a database that nodes share the keys lie there, whatever else was said about where they lie.</summary>
internal sealed class KeysInDatabase(IOptions<DatabaseOptions> database, IPortalContexts contexts) : IPostConfigureOptions<KeyManagementOptions>
{
    public void PostConfigure(string? name, KeyManagementOptions options)
    {
        if (database.Value.Provider == DatabaseProvider.PostgreSql)
            options.XmlRepository = new DatabaseKeys(contexts);
    }
}
