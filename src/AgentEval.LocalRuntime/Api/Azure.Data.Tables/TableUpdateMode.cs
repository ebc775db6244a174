namespace Azure.Data.Tables;

public enum TableUpdateMode
{
    /// <summary>Keeps the stored properties that the new entity does not name.</summary>
    Merge = 0,

    Replace = 1,
}
