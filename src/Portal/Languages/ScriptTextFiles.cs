using System.Collections;
using System.Collections.Frozen;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FewShotAD.Portal.Shared;

namespace FewShotAD.Portal.Languages;

/// <summary>What the scripts of the pages say, a file per language. Its address names its content, so that browsers keep it.</summary>
public sealed class ScriptTextFiles(InstalledLanguages languages)
{
    public const string Root = "/texts";

    private const int VersionBytes = 8;

    private readonly FrozenDictionary<string, (string Version, byte[] Script)> files =
        languages.All.ToFrozenDictionary(language => language.Name, File, StringComparer.Ordinal);

    public string Address()
    {
        var language = languages.Current().Name;
        return $"{Root}/{language}/{files[language].Version}.js";
    }

    /// <summary>Null where there is no such file, or no longer.</summary>
    public byte[]? Find(string language, string version) =>
        files.TryGetValue(language, out var file) && file.Version == version ? file.Script : null;

    private static (string Version, byte[] Script) File(CultureInfo language)
    {
        var neutral = ScriptTexts.ResourceManager.GetResourceSet(CultureInfo.InvariantCulture, createIfNotExists: true, tryParents: true)!;
        var texts = neutral.Cast<DictionaryEntry>().Select(entry => (string)entry.Key).Order(StringComparer.Ordinal)
            .ToDictionary(key => key, key => ScriptTexts.ResourceManager.GetString(key, language));
        var script = Encoding.UTF8.GetBytes($"globalThis.fewShotTexts = {JsonSerializer.Serialize(texts)};\n");
        return (Convert.ToHexStringLower(SHA256.HashData(script).AsSpan(0, VersionBytes)), script);
    }
}
